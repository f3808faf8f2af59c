#!/bin/sh
# SPDX-License-Identifier: MIT
# How late a sender wakes, and how late its frames depart, beside a bare timer
# loop of the same period at the same time: ratios of the medians, goal 1.25 for
# waking.  Only printed: a time is no matter for a test on a machine that does
# other things.  WAKEUP_ROUNDS: how often.
. "$(dirname -- "$0")/../cli/lib.sh"
[ "${SANITIZED:-}" = "" ] || skip "sanitizers change what is measured"
rounds=${WAKEUP_ROUNDS:-3}
for round in $(seq $rounds); do
	listening recv --null --once
	start bare "$BENCH" --timer 20 100
	run send "$SILBO" send tone "127.0.0.1:$port" -d 2s \
		--json "$work/s$round.json"
	is "sender" $status 0
	ends bare
	is "timer" $status 0
	ends recv
	mv "$work/bare.out" "$work/b$round"
done
python3 - "$work" $rounds <<'P' || fail "no figures"
import json, statistics, sys
bare, wake, send = [], [], []
for i in range(1, int(sys.argv[2]) + 1):
    bare.append(float(open("%s/b%d" % (sys.argv[1], i)).read()))
    report = json.load(open("%s/s%d.json" % (sys.argv[1], i)))
    sent = report["streams"][0]["sent"]
    wake.append(sent["wakeup_ms"]["p50"] * 1e6)
    send.append(sent["lateness_ms"]["p50"] * 1e6)
for name, ns in ("bare", bare), ("wake", wake), ("send", send):
    print(json.dumps({"group": "wakeup", "name": name,
        "ns_med": round(statistics.median(ns)), "ns_min": round(min(ns)),
        "ratio_med": round(statistics.median(
            n / b for n, b in zip(ns, bare)), 3),
        "baseline": "bare", "rounds": len(ns), "ops": 100}))
P
pass
