#!/bin/sh
# SPDX-License-Identifier: MIT
# A silbo probe as it runs: no slot of a 1 ms schedule is skipped, 16 hosts at
# once, signals, a reflector that is killed and started again, a program that was
# stopped, events that sum to the report.
. "$(dirname -- "$0")/lib.sh"
probe() { json "$work/$1.json" "(lambda p: ($2))(r['probes'][0])"; }

listening mirror --null --reflect --listen 127.0.0.1
mirror=$port

# ---- Slots: all of them, however busy the machine; how late is told.
run slots "$SILBO" probe "127.0.0.1:$mirror" -i 1ms -d 5s --json \
	"$work/slots.json" --events "$work/slots.events"
is "slots: exit status" $status 0
is "slots" "$(probe slots 'p["slots"], p["sent"], p["unsent"]')" \
	"(5000, 5000, 0)"
is "lateness is told" "$(probe slots 'p["lateness_ms"]["p50"] is not None and
	p["lateness_ms"]["max"] >= p["lateness_ms"]["p99"] and
	0 <= p["late_over_1ms"] <= 5000')" True
grep departures "$work/slots.err"
is "events sum to the report" "$(python3 - "$work/slots.events" \
	"$work/slots.json" <<'P'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
p = json.load(open(sys.argv[2]))["probes"][0]
rows = [row for e in events if e["event"] == "interval" for row in e["probes"]]
print([e["event"] for e in events if e["event"] != "interval"], all(
    sum(row[k] for row in rows) == p[k]
    for k in ("sent", "unsent", "answered", "lost", "late_final")),
    events[-1]["report"]["probes"][0] == p)
P
)" "['start', 'end'] True True"

# ---- Sixteen at once: each has its own schedule and counts.
hosts=
i=0
while [ $i -lt 16 ]; do
	i=$((i + 1))
	hosts="$hosts 127.0.0.$i:$mirror"
done
listening wide --null --reflect --listen 0.0.0.0
hosts=$(echo "$hosts" | sed "s/:$mirror/:$port/g")
# shellcheck disable=SC2086
run many "$SILBO" probe $hosts -i 10ms -n 50 --json "$work/many.json"
is "many: exit status" $status 0
is "sixteen" "$(json "$work/many.json" '[len(r["probes"]),
	{p["sent"] for p in r["probes"]},
	sum(p["answered"] + p["lost"] for p in r["probes"]),
	len({p["target"] for p in r["probes"]})]')" "[16, {50}, 800, 16]"
# shellcheck disable=SC2086
run more "$SILBO" probe $hosts 127.0.0.17
is "seventeen" $status 2
says more.err "16 hosts are the most"
kill -INT "$(pid_of wide)"
ends wide

# ---- Signals: a report on demand, then at the end; nothing is left pending.
start asked "$SILBO" probe "127.0.0.1:$mirror" -d 0 -i 5ms --json \
	"$work/asked.json"
until_says "$work/asked.err" "to 127.0.0.1"
sleep 0.5
kill -USR1 "$(pid_of asked)"
until_says "$work/asked.err" "departures"
kill -INT "$(pid_of asked)"
ends asked
is "asked: exit status" $status 0
is "two reports" "$(grep -c '^probe 127' "$work/asked.err")" 2
is "whole" "$(probe asked 'p["sent"] > 50, p["pending"],
	p["closing_answered"], p["there"]["lost"] + p["back"]["lost"] == p["lost"]
	')" "(True, 0, True, True)"

# ---- Stopped for three seconds: every slot leaves all the same, late, and not in
# a burst that the reflector has no room for.  Where that was held up too, it is
# tried again.
for _ in 1 2 3; do
	start narrow python3 -B "$here/probe_reflector.py" narrow
	until_says "$work/narrow.out" ready
	port=$(sed -n 's/^port //p' "$work/narrow.out")
	start held "$SILBO" probe "127.0.0.1:$port" -n 500 -i 10ms -w 5s \
		--json "$work/held.json"
	until_says "$work/held.err" "to 127.0.0.1"
	sleep 0.3
	kill -STOP "$(pid_of held)"
	sleep 3
	kill -CONT "$(pid_of held)"
	ends held
	kill "$(pid_of narrow)"
	[ "$(probe held 'p["lost"]')" != 0 ] || break
done
is "held" "$(probe held 'p["sent"], p["lateness_ms"]["max"] >= 2900,
	p["late_over_1ms"] >= 280')" "(500, True, True)"
is "held: lost" "$(probe held 'p["lost"], p["answered"]')" "(0, 500)"

# ---- Told to stop it does not wait for --wait to pass; what could not be known
# by then is pending, and told to be.
# cut HOW STATUS TARGETS OPTION...: reflectors of that kind are probed for a while,
# then it is stopped.
cut() {
	how=$1 wanted=$2 targets=$3
	shift 3
	hosts=
	i=0
	while [ $i -lt "$targets" ]; do
		i=$((i + 1))
		start "cut_$i" python3 -B "$here/probe_reflector.py" "$how"
		until_says "$work/cut_$i.out" ready
		hosts="$hosts 127.0.0.1:$(sed -n 's/^port //p' "$work/cut_$i.out")"
	done
	# shellcheck disable=SC2086
	start cut "$SILBO" probe $hosts -i 10ms --json "$work/cut.json" \
		--events "$work/cut.events" "$@"
	until_says "$work/cut.err" "to 127.0.0.1"
	sleep 0.6
	before=$(date +%s)
	kill -INT "$(pid_of cut)"
	ends cut
	took=$(($(date +%s) - before))
	is "cut $how: exit status" $status "$wanted"
	is "cut $how: before --wait" "$([ $took -lt 25 ] || echo "$took s")" ""
	is "cut $how: sums" "$(python3 - "$work/cut.events" "$work/cut.json" <<'P'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
for i, p in enumerate(json.load(open(sys.argv[2]))["probes"]):
    rows = [e["probes"][i] for e in events if e["event"] == "interval"]
    for k in "sent", "unsent", "answered", "lost":
        if not p[k] == sum(r[k] for r in rows) == sum(
                r[k] for r in p["intervals"]):
            print(k)
    if p["sent"] != p["answered"] + p["lost"] + p["pending"]:
        print("sum", p)
    if not rows[-1]["pending"] == p["pending"] == p["intervals"][-1]["pending"]:
        print("pending", rows[-1])
    if p["cut_short"] != (p["pending"] > 0):
        print("cut_short", p["cut_short"], p["pending"])
P
)" ""
	while [ $i -gt 0 ]; do
		kill "$(pid_of "cut_$i")"
		i=$((i - 1))
	done
}

# Of none it is known; of two hosts neither is waited for.
cut silent 3 2 -d 0 -w 30s
is "silent" "$(probe cut 'p["pending"] == p["sent"] > 0, p["lost"],
	p["loss_ratio"], p["there"]["lost"], p["back"]["lost"]')" \
	"(True, 0, None, None, None)"
says cut.err "stopped     before it could be known"
cut silent 3 1 --stamp -d 0 -w 30s
is "silent: stamp" "$(probe cut 'p["pending"] == p["sent"] > 0,
	p["there"]["lost"]')" "(True, None)"
# Before there is an address nothing is waited for at all.
echo 127.0.0.1 >"$work/hosts"
start lookup env SHIM_HOSTS="$work/hosts" LD_PRELOAD="$SHIM_RESOLVER" \
	"$SILBO" probe studio.test:9 studio.test:10 -d 0 -w 30s
sleep 0.5
kill -TERM "$(pid_of lookup)"
ends lookup
is "told to stop during a lookup" $status 3
# Nothing is known to be lost, and no limit is told to be kept.
cut lossy 4 1 -d 0 -w 30s --fail-if 'loss>10%'
is "lossy" "$(probe cut 'p["pending"] > 0, p["answered"] > 0, p["lost"],
	p["there"]["lost"], p["back"]["lost"]')" "(True, True, 0, 0, 0)"
# The end was there already, and answers were waited for.
cut lossy 0 1 -n 20 -w 30s
is "lossy, at its end" "$(probe cut 'p["sent"] <= 20,
	p["pending"] >= p["sent"] // 5, p["lost"]')" "(True, True, 0)"
# What has been missing for longer than --wait is lost, and it is known where.
cut lossy 0 1 -d 0 -w 100ms
is "lossy, soon" "$(probe cut 'p["lost"] > 0,
	(p["there"]["lost"], p["back"]["lost"]) ==
	((p["lost"] - p["late_final"], 0) if p["closing_answered"]
	else (None, None))')" "(True, True)"

# ---- The reflector is killed and started again.
listening first --null --reflect --listen 127.0.0.1
again=$port
start over "$SILBO" probe "127.0.0.1:$again" -d 0 -i 10ms -w 200ms --json \
	"$work/over.json"
until_says "$work/over.err" "to 127.0.0.1"
sleep 0.5
kill -9 "$(pid_of first)"
until_says "$work/over.err" "no reflector there"
start second "$SILBO" recv --port "$again" --null --reflect --listen 127.0.0.1
until_says "$work/second.err" "is answered"
sleep 1.2
kill -INT "$(pid_of over)"
ends over
is "over: exit status" $status 0
says over.err "another reflector answers"
is "over" "$(probe over 'p["restarts"], p["lost"] > 0, p["there"]["lost"],
	p["back"]["lost"], p["sent"] == p["answered"] + p["lost"],
	p["contradictions"]')" "(1, True, None, None, True, 0)"

# ---- The wall clock jumps by an hour, back and forth, at either end: no figure
# depends on it, and the end whose clock it is tells of it.
for victim in here there; do
	preload_here='' preload_there=''
	eval "preload_$victim=LD_PRELOAD=$SHIM_CLOCK"
	start "far_$victim" env $preload_there "$SILBO" recv --port 0 --null \
		--reflect --listen 127.0.0.1
	ready "far_$victim"
	run "set_$victim" env $preload_here "$SILBO" probe "127.0.0.1:$port" \
		-n 200 -i 10ms -w 30s --json "$work/set_$victim.json"
	is "$victim: exit status" $status 0
	kill -INT "$(pid_of "far_$victim")"
	ends "far_$victim"
	is "$victim: a clock that is set" "$(probe "set_$victim" \
		'p["answered"], p["absurd_times"], p["clock"]["steps"],
		p["there"]["delay_ms"]["max"] < 1e5,
		p["back"]["delay_ms"]["max"] < 1e5')" "(200, 0, 0, True, True)"
	told=$([ $victim = here ] && echo "set_here" || echo "far_there")
	says $told.err "this machine's clock was set"
done

# ---- What is refused before anything is sent.
refused() { # refused TEXT ARG...
	text=$1
	shift
	run refused "$SILBO" probe "$@"
	is "refused: $*" $status 2
	says refused.err "$text"
}
refused "1ms to 10s" 127.0.0.1 -i 0
refused "1ms to 10s" 127.0.0.1 -i 11s
refused "an answer does not fit" 127.0.0.1 -s 111
refused "112 to 65507" 127.0.0.1 -s 43
refused "112 to 65507" 127.0.0.1 -s 65508
key k
refused "an encrypted answer does not fit" 127.0.0.1 -s 127 --key "$work/k"
refused "is a multicast group" 239.7.5.87
refused "named twice" 127.0.0.1 127.0.0.1
refused "every address of this machine" 0.0.0.0
refused "exclude one another" 127.0.0.1 -4 -6
refused "which -6 excludes" 127.0.0.1 -6
refused "HOST" -i 20ms
pass
