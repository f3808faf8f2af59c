#!/bin/sh
# SPDX-License-Identifier: MIT
# R12: 64 streams into one receiver.  Everything sent is counted, and what is
# missing was dropped by the socket and is reported so.  What it cost is printed;
# the bounds are generous, the goals half a core and 16 MiB.
. "$(dirname -- "$0")/../cli/lib.sh"
seconds=5
key room.key
run load "$LOAD" "$SILBO" "$(free_ports 1)" "$work/room.key" "$work/r.json" \
	$seconds
is "load" $status 0
cat "$work/load.out"
cost() { python3 -c 'import json, sys
load = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$work/load.out" "$1"; }
report() { python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$work/r.json" "$1"; }

is "streams" "$(report 'len(r["streams"])')" 64
is "streams that are complete, or their loss is counted" "$(report 'sum(
	p["expected"] == 50 * '$seconds' == p["unique"] + p["lost"]
	for p in (s["packets"] for s in r["streams"]))')" 64
lost=$(report 'sum(s["packets"]["lost"] for s in r["streams"])')
dropped=$(report 'r["datagrams"]["socket_drops"]')
is "lost beyond the $dropped that the socket dropped" \
	$((lost > dropped ? lost - dropped : 0)) 0
is "refused datagrams" "$(report 'sum(r["datagrams"]["drops"].values())')" 0
[ "${SANITIZED:-}" = "" ] || pass
is "a core is enough" "$(cost 'load["cpu_share"] < 1')" True
is "memory" "$(cost 'load["rss_kib"] <= 32 * 1024')" True
pass
