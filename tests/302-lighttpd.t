#!/bin/sh
# The suite of wire.sh over lighttpd.
server=lighttpd
. "${0%/*}/wire.sh"
