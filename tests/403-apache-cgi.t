#!/bin/sh
# The suite of wire.sh over apache-cgi.
server=apache-cgi
. "${0%/*}/wire.sh"
