#!/bin/sh
# SPDX-License-Identifier: MIT
# While datagrams come and go, neither end allocates: between the 50th and the
# 200th datagram of a real stream the count stays what it is.
. "$(dirname -- "$0")/../cli/lib.sh"
[ "${SANITIZED:-}" = "" ] || skip "sanitizers have an allocator of their own"

# counted NAME COMMAND...: with the interposer, which leaves NAME.count.
counted() {
	name=$1
	shift
	rm -f "$work/$name.count"
	echo "exec env LD_PRELOAD='$INTERPOSER' \
		ALLOC_WATCH='50 200 $work/$name.count' \"\$@\"" >"$work/$name.sh"
}

# steady WHAT RECV-ARGUMENTS -- SEND-ARGUMENTS
steady() {
	what=$1
	shift
	taking=
	while [ "$1" != -- ]; do taking="$taking $1"; shift; done
	shift
	counted recv
	counted send
	port=$(free_ports 1)
	# shellcheck disable=SC2086
	start recv sh "$work/recv.sh" "$SILBO" recv --port "$port" --once $taking
	until_says "$work/recv.err" "listening on"
	run send sh "$work/send.sh" "$SILBO" send "$@" "127.0.0.1:$port" -d 4s
	is "$what: sender's exit" $status 0
	ends recv
	is "$what: receiver's exit" $status 0
	is "$what: allocations of recv" "$(cat "$work/recv.count")" 0
	is "$what: allocations of send" "$(cat "$work/send.count")" 0
}

steady "plain, a signal" --null -- voice
key room.key
steady "sealed, a file, recorded" \
	-o "$work/out.wav" --json "$work/r.json" --key "$work/room.key" \
	-- "$1" --key "$work/room.key"

# Nor do a prober and a reflector, however long they go on.
counted recv
counted probe
start recv sh "$work/recv.sh" "$SILBO" recv --port 0 --null --key "$work/room.key"
until_says "$work/recv.err" "listening on"
port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' "$work/recv.err")
run probe sh "$work/probe.sh" "$SILBO" probe "127.0.0.1:$port" -d 4s \
	--key "$work/room.key"
is "probe's exit" $status 0
kill -INT "$(pid_of recv)"
ends recv
is "allocations of probe" "$(cat "$work/probe.count")" 0
is "allocations of its reflector" "$(cat "$work/recv.count")" 0
pass
