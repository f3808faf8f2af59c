#!/bin/sh
# SPDX-License-Identifier: MIT
# reflect_events.sh SCHEMA: the intervals that a reflector tells live have a row
# for each who asks; they sum to its report, whoever comes, goes and is forgotten.
. "$(dirname -- "$0")/lib.sh"
schema=$1
python3 -c 'import jsonschema' 2>/dev/null ||
	not_checked "the form of the rows: there is no python3-jsonschema"

agree() { # agree NAME
	is "$1: events and report" "$(python3 -B "$here/reflect_events.py" \
		"$work/$1.ndjson" "$work/$1.json" "$schema" 2>&1)" ""
}

start alone "$SILBO" probe --reflect --port 0 --reflect-rate 100 \
	--json "$work/alone.json" --events "$work/alone.ndjson"
ready alone
# One who asks too often, for more than an interval.
run often "$SILBO" probe "127.0.0.1:$port" -i 5ms -n 400 -q
is "often: exit" $status 0
# Losses, copies, order; and again, behind the end of an interval.
asks unruly <<'P'
import sys, time, prober
p = prober.Prober(int(sys.argv[1]))
for n in (0, 1, 2, 5, 4, 6, 6, 6, 8, 7):
    p.send(n, again=n in p.sent)
    time.sleep(.01)
time.sleep(2.2)
for n in (7, 12, 11, 20, 1500, 1):
    p.send(n, 30 if n == 20 else 200, again=n in p.sent)
    time.sleep(.01)
P
# Those who ask once, or some times, and are pushed out by the next.
asks strangers <<'P'
import sys, time, prober
p = prober.Prober(int(sys.argv[1]))
for n in range(700):
    p.source = n.to_bytes(16, "big")
    for number in range(4 if n % 2 else 1):
        p.send(number)
    time.sleep(.002)
P
kill -INT "$(pid_of alone)"
ends alone
is "exit" $status 0
is "what there was" "$(json "$work/alone.json" 'tuple(
	sum(x[k] for x in r["reflected"]) > 0 for k in ("withheld", "lost",
	"duplicate", "reordered", "too_short", "too_old")) + (
	r["reflected_forgotten"]["count"] > 350, len(r["reflected"]) > 256)')" \
	"(True, True, True, True, True, True, True, True)"
is "several intervals" "$(python3 -c 'import json, sys
lines = [json.loads(x) for x in open(sys.argv[1])]
rows = [x for x in lines if x["event"] == "interval" and x["reflected"]]
print(len(rows) > 3, {x["streams"] == [] for x in rows})' \
	"$work/alone.ndjson")" "True {True}"
agree alone

# Who answers nobody tells of nobody.
run mute "$SILBO" recv --null --port 0 -d 100ms --events -
is "answers nobody" "$(grep -c reflected "$work/mute.out")" \
	"$(grep -c '"event":"end"' "$work/mute.out")"
pass
