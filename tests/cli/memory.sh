#!/bin/sh
# SPDX-License-Identifier: MIT
# Peak memory of either end with one stream: at most 6 MiB.
. "$(dirname -- "$0")/lib.sh"
[ "${SANITIZED:-}" = "" ] || skip "sanitizers use memory of their own"

clip=$1
key room.key
port=$(free_ports 1)
start recv "$PEAK" "$work/recv.kib" "$SILBO" recv \
	--port "$port" --key "$work/room.key" --once -o "$work/out.wav"
until_says "$work/recv.err" "listening on"
run send "$PEAK" "$work/send.kib" "$SILBO" send "$clip" \
	"127.0.0.1:$port" --key "$work/room.key" -d 6s
is "sender" $status 0
ends recv
is "receiver" $status 0
for end in recv send; do
	kib=$(cat "$work/$end.kib")
	echo "$end: $kib KiB at its peak"
	is "$end within 6 MiB ($kib KiB)" "$([ "$kib" -le 6144 ] && echo yes)" yes
done
pass
