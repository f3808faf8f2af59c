#!/bin/sh
# SPDX-License-Identifier: MIT
# schema.sh SCHEMA: every report of both ends, and the documented example, are as
# docs/report.schema.json says, and it says enough to notice what is not.
. "$(dirname -- "$0")/lib.sh"
schema=$1
python3 -c 'import jsonschema' 2>/dev/null ||
	skip "no python3-jsonschema, so reports were not compared with the schema"

valid() { # valid NAME [EXAMPLE]
	is "$1" "$(python3 -B "$here/schema.py" "$schema" "$work/$1.json" \
		${2:-} 2>&1)" ""
}

cp "$here/fixtures/report.json" "$work/example.json"
valid example example

run nothing "$SILBO" recv --port 0 --null -d 300ms --json "$work/nothing.json"
valid nothing
# The settings of a receiver, none given and all given.
none='r["config"] == {"port": r["config"]["port"], "listen": None, "group": None,
	"interface": None, "encrypted": False, "max_age_s": None,
	"duration_s": 0.3, "once": False, "playout": "fixed",
	"fixed_delay_ms": 60, "wait_ms": 1000, "mtu_bytes": 1200, "output": None, "packets": None,
	"mix": None, "channels": None, "reflect": False, "reflect_rate": None, "fail_if": None}'
is "settings of recv" "$(json "$work/nothing.json" "$none")" True
key settings
run given "$SILBO" recv -p 0 -l 127.0.0.1 -d 200ms --once --max-age 90s \
	--fixed-delay 25ms --wait 500ms --mtu 1000 --mix -c 2 \
	--key "$work/settings" -o "$work/given.wav" --json "$work/given.json"
valid given
given='[r["config"][x] for x in ("listen", "encrypted", "max_age_s", "duration_s",
	"once", "fixed_delay_ms", "wait_ms", "mtu_bytes", "mix", "channels")] == [
	"127.0.0.1", True, 90, 0.2, True, 25, 500, 1000, True, 2] and r["config"][
	"reflect_rate"] == 2000 and r["config"]["reflect"] and r["config"][
	"output"].endswith("given.wav")'
is "settings that were given" "$(json "$work/given.json" "$given")" True
# A group needs an interface that has multicast; the loopback does here or there.
run group "$SILBO" recv -p 0 -g 239.7.5.87 --interface lo -d 200ms --null \
	--json "$work/group.json"
if [ $status = 3 ]; then
	is "settings of a group" "$(json "$work/group.json" \
		'r["config"]["group"], r["config"]["interface"]')" \
		"('239.7.5.87', 'lo')"
else
	not_checked "--group among the settings, as there is no multicast on lo"
fi

key k
for mode in plain sealed; do
	with=
	[ $mode = plain ] || with="--key $work/k"
	# shellcheck disable=SC2086
	listening "$mode" --once -o "$work/$mode.wav" $with \
		--json "$work/$mode.json"
	# shellcheck disable=SC2086
	run send "$SILBO" send tone "127.0.0.1:$port" -d 2500ms $with \
		--fail-if 'late>=0,max>1h' --json "$work/send_$mode.json"
	ends "$mode"
	is "$mode: an estimate" "$(json "$work/$mode.json" \
		's["quality"]["model"], s["quality"]["bitrate_bps"]')" \
		"('G.107.2', 32000)"
	valid "$mode"
	valid "send_$mode"
done

# One who probes.
listening probed --null --reflect --json "$work/probed.json"
PYTHONPATH=$here:$here/../vectors python3 -B - "$port" <<'P' || fail "probe"
import sys, prober
p = prober.Prober(int(sys.argv[1]))
for n in range(4):
    p.send(n)
assert len(p.echoes(4)) == 4
P
kill -INT "$(pid_of probed)"
ends probed
is "a prober" "$(json "$work/probed.json" 'len(r["reflected"])')" 1
valid probed

# A reflector by itself, which was asked meanwhile how it stands.
start mirror "$SILBO" probe --reflect --port 0 --json "$work/mirror.json"
ready mirror
PYTHONPATH=$here:$here/../vectors python3 -B - "$port" <<'P' || fail "probe"
import sys, prober
p = prober.Prober(int(sys.argv[1]))
p.send(0)
assert len(p.echoes(1)) == 1
P
kill -USR1 "$(pid_of mirror)"
until_says "$work/mirror.err" "  answered    1"
kill -INT "$(pid_of mirror)"
ends mirror
is "the report so far, and the last" \
	"$(grep -c '^  answered    1' "$work/mirror.err")" 2
is "role" "$(json "$work/mirror.json" 'r["role"]')" reflector
valid mirror

# Nobody there: the errors of a sender.
run alone "$SILBO" send tone "127.0.0.1:$port" "[::1]:$port" -d 500ms \
	--json "$work/alone.json"
valid alone

# Five at once, mixed, and one that is not admitted.
listening mix --mix -o "$work/mix.wav" -d 4s --json "$work/mix.json"
senders=
for n in 1 2 3 4 5; do
	start "s$n" "$SILBO" send voice "127.0.0.1:$port" -d 1s
	senders="$senders s$n"
done
run other "$SILBO" send tone "127.0.0.1:$port" --key "$work/k" -d 300ms
for name in $senders; do ends "$name"; done
ends mix
is "streams" "$(json "$work/mix.json" 'len(r["streams"])')" 5
valid mix
pass
