#!/bin/sh
# The suite of wire.sh over nginx.
server=nginx
. "${0%/*}/wire.sh"
