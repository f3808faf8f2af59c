#!/bin/sh
# SPDX-License-Identifier: MIT
# A prober that comes back after an outage of more than 30 s goes on with its
# counts, in what its ECHOs tell and in the one row that it has in the report, and
# those of --events go on as well.
. "$(dirname -- "$0")/lib.sh"

listening outage --null --reflect --json "$work/outage.json" \
	--events "$work/outage.ndjson"
asks outage <<'P'
import sys, time, prober
p = prober.Prober(int(sys.argv[1]), None)
for n in (0, 1, 2, 4, 4):
    p.send(n, again=n in p.sent)
    time.sleep(.02)
assert len(p.echoes(4)) == 4
time.sleep(33)
for n in range(9, 14):
    p.send(n)
    time.sleep(.02)
last = max((f for _, f in p.echoes(5)), key=lambda f: f["number"])
assert (last["unique"], last["duplicate"]) == (9, 1), last
P
kill -INT "$(pid_of outage)"
ends outage
is "exit" $status 0
is "one row" "$(json "$work/outage.json" '[(x["unique"], x["duplicate"],
	x["answered"], x["lost"] + x["pending"]) for x in r["reflected"]]')" \
	"[(9, 1, 9, 5)]"
is "events and report" "$(python3 -B "$here/reflect_events.py" \
	"$work/outage.ndjson" "$work/outage.json" "$1" 2>&1)" ""
pass
