#!/bin/sh
# What kill.sh asks, of apache-proxy.
server=apache-proxy
. "${0%/*}/kill.sh"
