#!/bin/sh
# SPDX-License-Identifier: MIT
# impair_truth.sh ADDRESS plain|sealed: sender, impair, receiver.  What impair and
# the receiver report is what the log of impair says, number by number; the same
# seed gives the same losses once more.
. "$(dirname -- "$0")/lib.sh"
. "$here/impair_lib.sh"
between "$1" "$2"

# once NAME ARG...: a stream over a road like this.
once() {
	run=$1
	shift
	# shellcheck disable=SC2086
	start "$run.recv" "$SILBO" recv --listen $address --port 0 \
		--null $with --json "$work/$run.recv.json"
	until_says "$work/$run.recv.err" "listening on"
	impairing "$run" $address "$(port_of "$run.recv")" "$@"
	# shellcheck disable=SC2086
	run send "$SILBO" send voice "$(at $address "$road")" -d 3s -f 5ms $with
	is "sender" $status 0
	settled "$run"
	stops "$run"
	stops "$run.recv"
	is "$run: reports and log" "$(python3 -B "$here/impair_check.py" \
		"$work/$run.csv" "$work/$run.json" "$work/$run.recv.json")" ""
}

way() { # way RUN EXPRESSION: of the way forth
	python3 -c 'import json, sys
w = json.load(open(sys.argv[1]))["ways"]["forth"]
print(eval("(" + sys.argv[2] + ")"))' "$work/$1.json" "$2"
}

once lecture --scenario preset:lecture --seed 5
is "something of everything" "$(way lecture 'w["lost"] > 5 and
	w["reordered"] > 2 and w["duplicated"] > 0')" True
is "nothing is left" "$(way lecture 'w["queued"] + w["on_the_way"]')" 0

# By datagrams: the same ones, whenever they come.
for run in first again; do
	once $run --pace packets --loss 10% --burst 3 --duplicate 3% \
		--delay 10ms --seed 11
done
once other --pace packets --loss 10% --burst 3 --duplicate 3% --delay 10ms \
	--seed 12
picked() { # picked RUN: which of the first 500 were lost, and which doubled
	awk -F , '$5 < 500 && ($2 == "lost" || $6 == "1") { print $2, $5 }' \
		"$work/$1.csv" | sort
}
is "some were lost" "$([ "$(picked first | wc -l)" -gt 30 ] && echo yes)" yes
is "the same seed, the same losses" "$(picked again)" "$(picked first)"
is "those of virtual time" "$("$FATES" 11 500 pace=packets loss=10% burst=3 \
	duplicate=3% delay=10ms | sort)" "$(picked first)"
is "another seed, others" \
	"$([ "$(picked other)" = "$(picked first)" ] || echo others)" others

# A bottleneck: the queue's drops are told apart.
once narrow --rate 40k --queue 2000
is "the queue dropped some" "$(way narrow 'w["queue_full"] > 10')" True
is "and nothing else did" "$(way narrow 'w["lost"] + w["outage"]')" 0
pass
