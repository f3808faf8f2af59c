#!/bin/sh
# SPDX-License-Identifier: MIT
# silbo impair at 50 000 datagrams a second, 200 bytes each, over the loopback.
# What holds on every machine: each datagram is passed on, or counted as what
# became of it.  Rates, the delay that impair adds and its drops are printed; on
# an idle machine the goal is that nothing is dropped.
. "$(dirname -- "$0")/../cli/lib.sh"
rate=50000
[ "${SANITIZED:-}" = "" ] || rate=5000

# load NAME ARG...: of silbo impair.
load() {
	name=$1
	shift
	run "$name" "$ROAD" "$SILBO" "$work/$name.json" $rate 2 "$@"
	is "$name" $status 0
	is "$name: accounts" "$(python3 -B - "$work/$name.out" \
		"$work/$name.json" <<'P'
import json, sys
load, r = (json.load(open(path)) for path in sys.argv[1:])
way, own = r["ways"]["forth"], r["itself"]
if load["sent"] != way["in"] + own["socket_drops"]:
    print("sent", load["sent"], "in", way["in"], "dropped",
          own["socket_drops"])
if way["out"] != load["counted"] + load["counter_drops"]:
    print("out", way["out"], "counted", load["counted"], "dropped behind",
          load["counter_drops"])
fates = sum(way[f] for f in ("delivered", "lost", "outage", "queue_full",
                             "codel"))
if way["in"] != way["no_place"] + way["queued"] + fates:
    print("in", way["in"], "fates", fates)
if way["delivered"] + way["duplicated"] != \
        way["out"] + way["unsent"] + way["on_the_way"]:
    print("delivered", way["delivered"], "out", way["out"])
P
)" ""
	python3 -B - "$name" "$work/$name.out" "$work/$name.json" <<'P'
import json, sys
name = sys.argv[1]
load, r = (json.load(open(path)) for path in sys.argv[2:])
way, own = r["ways"]["forth"], r["itself"]
print("%s: %.0f/s in, %.0f/s out, added p50 %.3f p99 %.3f ms, "
      "%d dropped by its sockets, %.1f us of CPU a datagram, %d MiB" % (
          name, way["in"] / load["seconds"], way["out"] / load["seconds"],
          own["added_ms"]["p50"], own["added_ms"]["p99"],
          own["socket_drops"], load["cpu_s"] * 1e6 / max(1, way["in"]),
          load["rss_kib"] // 1024))
P
}

load nothing
load lecture --preset lecture --interval 1ms --seed 1
load logged --loss 5% --burst 3 --delay 40ms --log "$work/road.csv"
is "lines of the log" "$(($(wc -l <"$work/road.csv") - 1))" "$(python3 -c '
import json, sys
w = json.load(open(sys.argv[1]))["ways"]["forth"]
print(w["in"] + w["lost"] + w["out"] + w["unsent"])' "$work/logged.json")"
pass
