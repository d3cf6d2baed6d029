#!/bin/sh
# What guard.sh asks, of apache-fcgid.
server=apache-fcgid
. "${0%/*}/guard.sh"
