#!/bin/sh
# SPDX-License-Identifier: MIT
# R12: 64 streams into one receiver.  Everything sent is counted, and what is
# missing was dropped by the socket and is reported so.  The goals are half a core
# and 16 MiB, whatever the build; under sanitizers what it costs is only printed.
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
is "half a core is enough" "$(cost 'load["cpu_share"] < 0.5')" True
is "16 MiB are enough" "$(cost 'load["rss_kib"] <= 16 * 1024')" True
pass
