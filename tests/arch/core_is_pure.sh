#!/bin/sh
# SPDX-License-Identifier: MIT
# core_is_pure.sh ARCHIVE [ROOM LEAST [BANNED]]: a pure room (the core) calls no
# socket, clock, random, heap or stdio function, nothing of BANNED, and has at
# least so many functions (40).
set -eu
archive=$1 room=${2:-core} least=${3:-40}
bad='socket|bind|connect|accept|listen|send|sendto|sendm?msg|sendmmsg|recv|recvfrom|recvmm?sg'
bad="$bad|recvmsg|poll|ppoll|select|epoll_.*|read|write|open|openat|close|ioctl|fcntl"
bad="$bad|clock_.*|time|gettimeofday|localtime.*|gmtime.*|usleep|nanosleep|sleep|timer.*"
bad="$bad|s?rand|s?random|rand_r|getrandom|getentropy|randombytes.*"
bad="$bad|malloc|calloc|realloc|free|aligned_alloc|posix_memalign|sodium_malloc"
bad="$bad|v?f?printf|v?sn?printf|v?asprintf|puts|putchar|fputs|fputc|fwrite|fread|fopen|perror|scanf|sscanf"
bad="$bad|exit|_exit|getenv|setenv|system|fork|pthread_.*|signal|sigaction"
[ $# -lt 4 ] || bad="$bad|$4"

defined=$(nm --defined-only "$archive" 2>/dev/null |
	awk '$2 == "T" && $3 ~ /^silbo_/' | wc -l)
if [ "$defined" -lt "$least" ]; then
	echo "core_is_pure: only $defined silbo_ functions in $archive"
	exit 1
fi
calls=$(nm -u "$archive" 2>/dev/null | awk '$1 == "U" { print $2 }' |
	sed -e 's/@.*//' -e 's/^__\(.*\)_chk$/\1/' | sort -u)
hits=$(echo "$calls" | grep -xE "($bad)" || true)
if [ -n "$hits" ]; then
	echo "the $room calls:" $hits
	exit 1
fi
# No state that outlives a call: nothing writable but what a caller owns.
state=$(nm "$archive" 2>/dev/null | awk '$2 ~ /^[bBdDC]$/ && $3 !~ /^(\.|__)/ { print $3 }' |
	grep -vE '^(_?_?asan|_?_?odr|\.str|switch\.table)' || true)
if [ -n "$state" ]; then
	echo "the $room has mutable state:" $state
	exit 1
fi
echo "$room is pure: $defined functions, none calls out"
