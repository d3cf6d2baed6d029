#!/bin/sh
# What guard.sh asks, of nginx.
server=nginx
. "${0%/*}/guard.sh"
