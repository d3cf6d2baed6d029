#!/bin/sh
# The suite of wire.sh over apache-proxy.
server=apache-proxy
. "${0%/*}/wire.sh"
