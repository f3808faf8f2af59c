#!/bin/sh
# SPDX-License-Identifier: MIT
# Several senders into one receiver at once: a report and a file each.  A stream
# of garbage beside them changes nothing but the drop counters.
. "$(dirname -- "$0")/lib.sh"
key room.key
listening recv --key "$work/room.key" --once -o "$work/out.wav" \
	--json "$work/r.json"
python3 - "$port" >"$work/garbage.out" <<'P' &
import os, random, socket, sys, time
random.seed(5)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sent = 0
end = time.monotonic() + 1.5
while time.monotonic() < end and sent < 3000:
    n = random.randrange(0, 1400)
    d = bytearray(random.randbytes(n))
    if n > 24 and sent % 3 == 0:
        d[0:2] = b"\x10\x01"        # a header that looks right
    s.sendto(bytes(d), ("127.0.0.1", int(sys.argv[1])))
    sent += 1
    if sent % 10 == 0:
        time.sleep(0.005)
print(sent)
P
garbage=$!
pids="$pids $garbage"
for i in 1 2 3; do
	start "send$i" "$SILBO" send $([ $i = 2 ] && echo tone || echo voice) \
		"127.0.0.1:$port" -d "$((i + 1))s" --key "$work/room.key"
	until_says "$work/send$i.err" "key "
done
for i in 1 2 3; do
	ends "send$i"
	is "sender $i" $status 0
done
wait $garbage
ends recv
is "receiver's exit" $status 0
is "streams" "$(json "$work/r.json" 'len(r["streams"])')" 3
is "nothing lost" "$(json "$work/r.json" \
	'sum(x["packets"]["lost"] + x["packets"]["duplicate"] for x in r["streams"])')" 0
is "expected" "$(json "$work/r.json" \
	'sorted(x["packets"]["expected"] for x in r["streams"])')" "[101, 151, 201]"
is "sum of drops is the garbage" "$(json "$work/r.json" \
	'sum(r["datagrams"]["drops"].values())')" "$(cat "$work/garbage.out")"
for f in out.wav out.2.wav out.3.wav; do
	[ -s "$work/$f" ] || fail "$f is missing"
done
is "lengths" "$(python3 -c 'import sys, wave
print(sorted(wave.open(f).getnframes() for f in sys.argv[1:]))' \
	"$work/out.wav" "$work/out.2.wav" "$work/out.3.wav")" \
	"[96000, 144000, 192000]"
# The report has its length; what was said before it is little.
is "calm" "$([ "$(grep -c "^silbo recv: " "$work/recv.err")" -le 10 ] &&
	echo yes)" yes
pass
