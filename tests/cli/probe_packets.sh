#!/bin/sh
# SPDX-License-Identifier: MIT
# probe_packets.sh ADDRESS plain|sealed: the log of silbo probe --packets over a
# road that loses, copies and overtakes gives every count of the report.
. "$(dirname -- "$0")/lib.sh"
. "$here/impair_lib.sh"
between "$1" "$2"
road_is="--pace packets --loss 5% --burst 3 --duplicate 3% --reorder 5%
	--delay 20ms --seed 7"

fates() { # fates NAME FATE: how many lines
	awk -F, -v fate="$2" '$2 == fate' "$work/$1.log" | wc -l
}
agrees() { # agrees NAME
	is "$1: log and report" "$(python3 -B "$here/probe_packets_check.py" \
		"$work/$1.log" "$work/$1.probe.json")" ""
}
probed() { # probed NAME ARG...: over the road
	run=$1
	shift
	# shellcheck disable=SC2086
	run "$run.probe" "$SILBO" probe "$(at $address "$road")" "$@" \
		--packets "$work/$run.log" --json "$work/$run.probe.json"
	is "$run: exit status" $status 0
	agrees "$run"
}

# shellcheck disable=SC2086
start mirror "$SILBO" probe --reflect --listen $address --port 0 $with
until_says "$work/mirror.err" "listening on"
# shellcheck disable=SC2086
impairing all $address "$(port_of mirror)" $road_is
# shellcheck disable=SC2086
probed all -n 400 -i 5ms --wait 2s $with
is "something of everything" "$([ "$(fates all lost)" -gt 5 ] &&
	[ "$(fates all copy)" -gt 2 ] && [ "$(fates all closing)" -gt 0 ] &&
	echo yes)" yes
is "the first line" "$(head -n 1 "$work/all.log")" "target,fate,number,due_ns,\
sent_ns,lateness_ns,arrived_ns,rtt_ns,received_ns,echoed_ns,arrived_by,\
received_by,reflector,order,bytes,there_tos,there_ttl,back_tos,back_ttl,\
there_unique,there_duplicate,there_reordered,there_extent_max,withheld"
is "who is asked" "$(awk -F, 'NR > 1 { print $1 }' "$work/all.log" | sort -u)" \
	"$(at $address "$road")"

# Who waits for less than the overtaken take: they are lost, and late.
# shellcheck disable=SC2086
probed late -n 400 -i 5ms --wait 42ms $with
is "some are late" "$([ "$(fates late late)" -gt 0 ] && echo yes)" yes
stops all

if [ "$mode" = plain ]; then
	start stamp "$SILBO" probe --reflect --stamp --listen $address --port 0
	until_says "$work/stamp.err" "listening on"
	# shellcheck disable=SC2086
	impairing stamped $address "$(port_of stamp)" $road_is
	probed stamped --stamp -n 400 -i 5ms --wait 2s
	is "stamp: who answers has no id" "$(awk -F, 'NR > 1 && $13 != ""' \
		"$work/stamped.log")" ""
	stops stamped
fi

# Several, one of whom is silent; and what is not decided when it is told to stop.
silent=$(free_ports 1)
# shellcheck disable=SC2086
run two.probe "$SILBO" probe "$(at $address "$(port_of mirror)")" \
	"$(at $address "$silent")" -n 40 -i 10ms --wait 100ms $with \
	--packets "$work/two.log" --json "$work/two.probe.json"
is "two: exit status" $status 0
python3 - "$work/two.log" <<'P' >"$work/two.out"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
by = {}
for r in rows:
    if r["fate"] not in ("closing", "copy"):
        by.setdefault(r["target"], []).append(r["fate"])
print(sorted((len(v), sorted(set(v))) for v in by.values()))
# The second begins half an interval later.
print(sorted({int(r["due_ns"]) % 10000000 for r in rows if r["due_ns"]}))
P
is "two" "$(sed -n 1p "$work/two.out")" "[(40, ['answered']), (40, ['lost'])]"
is "two: slots" "$(sed -n 2p "$work/two.out")" "[0, 5000000]"
stops mirror
pass
