#!/bin/sh
# What kill.sh asks, of apache-fcgid.
server=apache-fcgid
. "${0%/*}/kill.sh"
