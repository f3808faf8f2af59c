#!/bin/sh
# SPDX-License-Identifier: MIT
# runs.sh BENCH: the bench works, and what it prints is what it promises.  Not
# how fast: that is no matter for a test on a machine that does other things.
set -eu
bench=$1
rounds=5
"$bench" --list >/dev/null
"$bench" --rounds $rounds | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
keys = ["group", "name", "ns_med", "ns_min", "ratio_med", "baseline", "rounds",
        "ops"]
assert len(rows) >= 15, len(rows)
for r in rows:
    assert list(r) == keys, r
    assert 0 < r["ns_min"] <= r["ns_med"] and r["ratio_med"] > 0, r
    assert r["rounds"] == int(sys.argv[1]) and r["ops"] > 0, r
    assert r["name"] != r["baseline"] or r["ratio_med"] == 1, r
    print("%-12s %-8s %9.1f ns %6.2f x %s" % (
        r["group"], r["name"], r["ns_med"], r["ratio_med"], r["baseline"]))
' $rounds
