#!/bin/sh
# SPDX-License-Identifier: MIT
# A stream whose first datagrams a road keeps until it is set up, as address
# resolution and routers do: its report tells of it, and that of one over an even
# road does not.
. "$(dirname -- "$0")/lib.sh"

cat >"$work/road.py" <<'P'
import heapq, itertools, select, socket, sys, time
to, hold = int(sys.argv[1]), float(sys.argv[2])
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print("listening on 127.0.0.1:%d/udp" % s.getsockname()[1], file=sys.stderr)
held, order, begun = [], itertools.count(), None
while True:
    now = time.monotonic()
    while held and held[0][0] <= now:
        s.sendto(heapq.heappop(held)[2], ("127.0.0.1", to))
    wait = held[0][0] - now if held else 10
    if not select.select([s], [], [], max(0, min(wait, 10)))[0]:
        continue
    data, now = s.recv(65536), time.monotonic()
    begun = now if begun is None else begun
    first = now < begun + .004
    heapq.heappush(held, (now + hold * first, next(order), data))
P

# over NAME HOLD: a stream over a relay that holds for so long what comes first.
over() {
	listening "$1" --null --once --json "$work/$1.json"
	start "$1.road" python3 -u "$work/road.py" "$port" "$2"
	until_says "$work/$1.road.err" "listening on"
	road=$(sed -n 's/^.*127.0.0.1:\([0-9]*\).*/\1/p' "$work/$1.road.err")
	run "$1.send" "$SILBO" send tone "127.0.0.1:$road" -f 5ms -d 3s -q
	is "$1: sender" $status 0
	ends "$1"
	is "$1: receiver" $status 0
	kill "$(pid_of "$1.road")"
	p99=$(json "$work/$1.json" 's["delay_ms"]["p99"]')
	first=$(json "$work/$1.json" 's["delay_ms"]["first"]')
	echo "$1: first $first ms, p99 $p99 ms"
}
about() { python3 -c "print($1)"; }

over slow .5
is "slow: the first" "$(about "$first > 400")" True
is "slow: none is lost" "$(json "$work/slow.json" 's["packets"]["lost"]')" 0
if [ "$(about "2 * $p99 < $first")" = True ]; then
	says slow.err "  first       came "
	says slow.err "above the fastest, far later than those after it"
else
	not_checked "the word for it: this machine held up others as long"
fi

over even 0
if [ "$(about "$first <= 2 * $p99 or $first <= $p99 + 5")" = True ]; then
	says_not even.err "  first       "
else
	not_checked "an even road: this machine held up the first"
fi
pass
