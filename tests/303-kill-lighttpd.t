#!/bin/sh
# What kill.sh asks, of lighttpd.
server=lighttpd
. "${0%/*}/kill.sh"
