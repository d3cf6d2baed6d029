#!/bin/sh
# The suite of wire.sh over lighttpd-cgi.
server=lighttpd-cgi
. "${0%/*}/wire.sh"
