#!/bin/sh
# SPDX-License-Identifier: MIT
# Lost but late: what comes after --wait stays lost and is counted as having come
# (late_final); with a longer --wait the same is reordered, by as much.
. "$(dirname -- "$0")/lib.sh"

delay=10,20,30,40
# 3 s in frames of 60 ms, and what pushes the codec's delay out.
sent=51

# late WAIT: each of the four comes 180 ms after the one that overtook it.
late() {
	listening recv --once --null --wait "$1" --json "$work/r.json"
	relay_port=$(free_ports 1)
	start relay "$RELAY" "127.0.0.1:$relay_port" "127.0.0.1:$port" \
		- - $delay
	until_says "$work/relay.out" "ready"
	run send "$SILBO" send tone "127.0.0.1:$relay_port" -d 3s -f 60ms \
		--json "$work/s.json"
	is "sender's exit" $status 0
	ends recv
	is "receiver's exit" $status 0
	kill "$(pid_of relay)"
	ends relay
}

# A sender that was held up makes them less late; it says so itself.
punctual() {
	[ "$(json "$work/s.json" 's["sent"]["lateness_ms"]["max"] < 50')" = True ]
}

# late_for WAIT: up to three times, until it shows something.
late_for() {
	for _ in 1 2 3; do
		late "$1"
		! punctual || return 0
	done
	not_checked "a deadline of $1: the sender was held up"
	return 1
}

counts='[s["packets"][k] for k in ("expected", "unique", "lost", "late_final",
	"reordered", "pending")]'

if late_for 60ms; then
	is "a deadline of 60 ms" "$(json "$work/r.json" "$counts")" \
		"[$sent, 47, 4, 4, 0, 0]"
	is "none of them is reordered" "$(json "$work/r.json" \
		's["reordering"]["late_by_ms"]')" "{'mean': None, 'max': None}"
	says recv.err "4 lost"
	says recv.err "4 came after counted as lost"
fi
if late_for 1s; then
	is "a deadline of 1 s" "$(json "$work/r.json" "$counts")" \
		"[$sent, $sent, 0, 0, 4, 0]"
	is "how late" "$(json "$work/r.json" '[100 < x < 260 for x in
		s["reordering"]["late_by_ms"].values()]')" "[True, True]"
	is "how far back" "$(json "$work/r.json" \
		'[s["reordering"][k] for k in ("max_extent", "histogram")]')" \
		"[4, {'4': 4}]"
	says recv.err "4 reordered (max 4 back)"
	says_not recv.err "came after counted as lost"
fi
pass
