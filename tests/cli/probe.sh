#!/bin/sh
# SPDX-License-Identifier: MIT
# probe.sh ADDRESS plain|sealed: silbo probe over a road that loses, copies and
# overtakes both ways.  Each way by itself is what the log of the road says.
. "$(dirname -- "$0")/lib.sh"
. "$here/impair_lib.sh"
between "$1" "$2"

# over NAME SIZE ARG...: a probe over a road like this.
over() {
	run=$1 size=$2
	shift 2
	# shellcheck disable=SC2086
	start "$run.recv" "$SILBO" recv --listen $address --port 0 --null \
		--reflect --mtu 1400 --wait 5s $with
	until_says "$work/$run.recv.err" "listening on"
	impairing "$run" $address "$(port_of "$run.recv")" "$@"
	# shellcheck disable=SC2086
	run "$run.probe" "$SILBO" probe "$(at $address "$road")" -n 400 -i 5ms \
		-s "$size" --wait 2s $with --json "$work/$run.probe.json"
	is "$run: exit status" $status 0
	settled "$run"
	stops "$run"
	stops "$run.recv"
	is "$run: report and log" "$(python3 -B "$here/probe_check.py" \
		"$work/$run.csv" "$work/$run.probe.json")" ""
}
probe() { json "$work/$1.probe.json" "(lambda p: ($2))(r['probes'][0])"; }

over both 1400 --pace packets --loss 5% --burst 3 --duplicate 3% --reorder 3% --delay 20ms \
	--seed 7
is "something of everything" "$(probe both 'all(p[w][k] > 0
	for w in ("there", "back") for k in ("lost", "duplicate", "reordered"))')" \
	True
is "as asked" "$(probe both 'p["sent"], p["slots"], p["unsent"],
	p["size_bytes"], p["encrypted"]')" \
	"(400, 400, 0, 1400, $([ $mode = sealed ] && echo True || echo False))"
is "what losses depend on here" "$(probe both 'p["wait_ms"],
	p["receive_buffer_bytes"] >= 4096')" "(2000.0, True)"
says both.probe.err "  lost after  2s   receive buffer "
is "no shorter than the road" "$(probe both 'p["rtt_ms"]["min"] >= 40')" True
is "the same machine, the same clock" "$(probe both \
	'abs(p["clock"]["offset_ms"]) <= p["clock"]["error_ms"]')" True
is "half of a round trip, or more" "$(probe both 'p["clock"]["error_ms"] >=
	p["rtt_ms"]["min"] / 2 - 0.001')" True
is "a way takes half of the mean, and 86.5 ms" "$(probe both \
	'[abs(p[w]["quality"]["delay_ms"] - p["rtt_ms"]["mean"] / 2 - 86.5) < 0.1
	for w in ("there", "back")]')" "[True, True]"
# What came, and was more than 60 ms late, is in it, too.
is "a way has lost of what set out" "$(probe both \
	'[(x >= lost - 0.01, abs(x - round(x)) < 0.01) for lost, x in (
	(p["there"]["lost"], p["there"]["quality"]["loss_ratio"] * p["sent"]),
	(p["back"]["lost"], p["back"]["quality"]["loss_ratio"] *
	(p["sent"] - p["there"]["lost"] - p["withheld"])))]')" "[(True, True), (True, True)]"

# The reflector without sound is the same.
start mirror "$SILBO" probe --reflect --listen $address --port 0 $with \
	--json "$work/mirror.json"
until_says "$work/mirror.err" "listening on"
# shellcheck disable=SC2086
run bare "$SILBO" probe "$(at $address "$(port_of mirror)")" -n 50 -i 2ms \
	$with --json "$work/bare.probe.json"
is "bare: exit status" $status 0
stops mirror
is "bare" "$(probe bare 'p["answered"], p["there"]["lost"],
	p["back"]["lost"]')" "(50, 0, 0)"
is "the same from both ends" "$(json "$work/mirror.json" \
	'[(x["unique"], x["answered"]) for x in r["reflected"]]')" "[(50, 50)]"

over forth 200 --pace packets --forth "loss=20%" --seed 8
is "one way only: forth" "$(probe forth 'p["there"]["lost"] > 40,
	p["back"]["lost"], p["back"]["duplicate"], p["back"]["reordered"]')" \
	"(True, 0, 0, 0)"
over back 200 --pace packets --back "loss=20%" --seed 9
is "one way only: back" "$(probe back 'p["back"]["lost"] > 40,
	p["there"]["lost"], p["there"]["duplicate"], p["there"]["reordered"]')" \
	"(True, 0, 0, 0)"
pass
