#!/bin/sh
# The suite of wire.sh over apache-fcgid.
server=apache-fcgid
. "${0%/*}/wire.sh"
