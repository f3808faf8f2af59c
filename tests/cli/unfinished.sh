#!/bin/sh
# SPDX-License-Identifier: MIT
# A recording that cannot get its name is not lost; one whose file system has no
# locks is made; a report whose writing is interrupted is written all the same.
. "$(dirname -- "$0")/lib.sh"
command -v strace >/dev/null 2>&1 || skip "strace is not installed"
strace -qq -e trace=none -o /dev/null true 2>/dev/null ||
	skip "this machine does not permit ptrace"

# faulty CALLS FAULT ARG...: one stream of a second, while these calls fail.
faulty() {
	calls=$1
	fault=$2
	shift 2
	start recv strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		${only:+-P "$only"} -e "trace=$calls" -e "inject=$calls:$fault" \
		"$SILBO" recv --port 0 --once --json "$work/r.json" "$@"
	until_says "$work/recv.err" "listening on"
	port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' \
		"$work/recv.err")
	run send "$SILBO" send tone "127.0.0.1:$port" -d 1s
	ends recv
}
frames() {
	python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$1"
}

faulty rename error=EACCES:when=1 -o "$work/z.wav"
is "no name: exit" $status 1
says recv.err "cannot finish $work/z.wav: Permission denied"
says recv.err "all of it is in $work/z.wav.part"
is "no name: samples" "$(frames "$work/z.wav.part")" 48000

faulty flock error=ENOLCK -o "$work/locks.wav"
is "no locks: exit" $status 0
is "no locks: samples" "$(frames "$work/locks.wav")" 48000

faulty rename error=EINTR:when=1 --null
is "interrupted rename: exit" $status 0
is "interrupted rename: report" "$(json "$work/r.json" 'r["role"]')" recv
rm "$work/r.json"
only=$work/r.json.part
faulty write error=EINTR:when=1 --null
is "interrupted write: exit" $status 0
is "interrupted write: report" "$(json "$work/r.json" 'r["role"]')" recv
pass
