#!/bin/sh
# SPDX-License-Identifier: MIT
# R14: the 1st, 2nd, 3rd ... allocation of a program fails, alone or with all
# that follow, until it needs no more of them.  It either does its work or ends
# with a reason and status 1 or 2; what it leaves behind is whole.
#
# A receiver has some 300, most of them in its report, and half a second goes by
# with each: from the 8th on some are left out.  ALLOC_ALL=1 takes them all.
. "$(dirname -- "$0")/../cli/lib.sh"
[ "${SANITIZED:-}" = "" ] || skip "sanitizers have an allocator of their own"
calls_max=2000

# failing NAME N[+] COMMAND...: status in $status.
failing() {
	name=$1 which=$2
	shift 2
	rm -f "$work/happened"
	run "$name" timeout 20 env LD_PRELOAD="$INTERPOSER" \
		ALLOC_FAIL="$which $work/happened" "$@"
}

# sound WHAT NAME: neither killed nor silent.
sound() {
	checks=$((checks + 1))
	case $status in
	0) ;;
	1 | 2) [ -s "$work/$2.err" ] || fail "$1: ends without a word" ;;
	*) fail "$1: exit status $status" ;;
	esac
}

whole_json() {
	[ ! -e "$1" ] || python3 -m json.tool "$1" >/dev/null ||
		fail "$2: half a report"
}

# each WHAT: call try_WHAT with 1, 2, 3 ..., then with 1+, 2+, 3+ ...
each() {
	for rest in '' +; do
		n=1
		while :; do
			"try_$1" "$n$rest"
			[ -e "$work/happened" ] || break
			n=$((n + 1 + (${ALLOC_ALL:-0} ? 0 : n / 8)))
			[ $n -le $calls_max ] || fail "$1 never stops allocating"
		done
		[ $n -gt 1 ] || fail "$1: nothing was made to fail"
		is "$1: the last try succeeds" "$status" 0
		echo "$1: fewer than $n allocations${rest:+, all after as well}"
	done
}

try_keygen() {
	rm -f "$work/new.key"
	failing keygen "$1" "$SILBO" keygen -o "$work/new.key"
	sound "keygen $1" keygen
	if [ "$status" -eq 0 ]; then
		is "keygen $1: bytes of the key file" "$(grep -c ^silbo1: \
			"$work/new.key")" 1
	else
		is "keygen $1: leaves a file" "$(ls "$work" | grep -c '^new')" 0
	fi
}

try_send() {
	rm -f "$work/s.json"
	failing send "$1" "$SILBO" send tone "127.0.0.1:$port" -d 40ms \
		--key "$work/room.key" --json "$work/s.json"
	sound "send $1" send
	whole_json "$work/s.json" "send $1"
}

# The start, and what follows the first datagrams: a recording, the report.
try_recv() {
	rm -f "$work"/out* "$work/r.json" "$work/happened"
	port=$(free_ports 1)
	start recv timeout 20 env LD_PRELOAD="$INTERPOSER" \
		ALLOC_FAIL="$1 $work/happened" \
		"$SILBO" recv --port "$port" --once -d 5s \
		--key "$work/room.key" -o "$work/out.wav" --json "$work/r.json"
	tries=0
	until grep -q 'listening on' "$work/recv.err" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail "recv $1: neither starts nor ends"
		kill -0 "$(pid_of recv)" 2>/dev/null || break
		sleep 0.02
	done
	run to "$SILBO" send tone "127.0.0.1:$port" -d 40ms \
		--key "$work/room.key" -q
	ends recv
	sound "recv $1" recv
	whole_json "$work/r.json" "recv $1"
	if [ "$status" -eq 0 ]; then
		is "recv $1: samples" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" 1920
	fi
}

# A report is good, so whatever fails is this machine's: never status 2.
try_report() {
	failing report "$1" "$SILBO" report "$work/sent.json" \
		"$work/probed.json" "$work/asked.json"
	sound "report $1" report
	case $status in
	0) ;;
	1) says report.err "memory" && says report.err "hint:" ;;
	*) fail "report $1: exit status $status" ;;
	esac
}

key room.key
each keygen
start sink "$SILBO" recv --port 0 --null --key "$work/room.key"
until_says "$work/sink.err" "listening on"
port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' \
	"$work/sink.err" | head -n 1)
run sent "$SILBO" send tone "127.0.0.1:$port" -d 40ms \
	--key "$work/room.key" --json "$work/sent.json"
run asked "$SILBO" probe "127.0.0.1:$port" -n 3 -i 10ms \
	--key "$work/room.key" --json "$work/asked.json"
is "asked" $status 0
each send
start probed "$SILBO" recv --port 0 --null --reflect -d 2s \
	--json "$work/probed.json"
until_says "$work/probed.err" "listening on"
port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' \
	"$work/probed.err" | head -n 1)
run asks "$SILBO" probe "127.0.0.1:$port" -n 3 -i 10ms
ends probed
is "probed" $status 0
each report
each recv
pass
