#!/bin/sh
# SPDX-License-Identifier: MIT
# silbo probe and a reflector that is not there, or not honest: each fault is
# named in one line, and no figure is negative or above what was sent.
. "$(dirname -- "$0")/lib.sh"

# sane FILE: what holds of every target of every report.
sane() {
	is "$1: possible figures" "$(python3 - "$work/$1.json" <<'P'
import json, sys
r = json.load(open(sys.argv[1]))
def walk(x, at):
    if isinstance(x, dict):
        for k, v in x.items():
            if k not in ("offset_ms", "skew_ppm", "step_ms"):
                walk(v, at + "/" + k)
    elif isinstance(x, list):
        for v in x:
            walk(v, at)
    elif isinstance(x, (int, float)) and not 0 <= x < 2**53:
        print(at, x)
for p in r["probes"]:
    walk(p, "")
    if p["sent"] != p["answered"] + p["lost"] + p["pending"]:
        print("sum", p)
    if p["loss_ratio"] is not None and not 0 <= p["loss_ratio"] <= 1:
        print("ratio", p["loss_ratio"])
    ways = p["there"]["lost"], p["back"]["lost"]
    if (None in ways) != (ways == (None, None)):
        print("ways", ways)
    if None not in ways and p["sent"] != (p["answered"] + sum(ways) +
            p["withheld"] + p["late_final"]):
        print("ways", ways, p)
    if p["sent"] + p["unsent"] != p["slots"]:
        print("slots", p["slots"])
    for k in "sent", "unsent", "answered", "lost", "late_final":
        if sum(i[k] for i in p["intervals"]) != p[k]:
            print("intervals of", k)
P
)" ""
}

# meets HOW STATUS [OPTION...]: probe a reflector of that kind, 30 times.
meets() {
	how=$1 wanted=$2
	shift 2
	start "r_$how" python3 -B "$here/probe_reflector.py" "$how"
	until_says "$work/r_$how.out" ready
	port=$(sed -n 's/^port //p' "$work/r_$how.out")
	# Whoever answers may take as long as a busy machine makes it.
	wait=5s
	[ "$wanted" = 0 ] || wait=300ms
	run "$how" "$SILBO" probe "127.0.0.1:$port" -n 30 -i 10ms -w $wait \
		--json "$work/$how.json" "$@"
	kill "$(pid_of "r_$how")"
	is "$how: exit status" "$status" "$wanted"
	sane "$how"
}
probe() { json "$work/$1.json" "(lambda p: ($2))(r['probes'][0])"; }

# names FILE TEXT: it is news once, whatever the number of datagrams.
names() {
	is "$1 names '$2'" "$(grep "^silbo probe:" "$work/$1.err" |
		grep -cF -- "$2")" 1
}

meets honest 0
is "honest" "$(probe honest \
	'p["sent"], p["answered"], p["there"]["lost"], p["back"]["lost"],
	p["clock"]["method"]')" "(30, 30, 0, 0, 'four_timestamps')"
is "honest: news" "$(grep -c '^silbo probe:' "$work/honest.err")" 1

meets silent 3
is "silent" "$(probe silent 'p["sent"], p["lost"], p["there"]["lost"],
	p["back"]["lost"], p["rtt_ms"]["p50"]')" "(30, 30, None, None, None)"
# Also where it ends before three seconds have passed.
names silent "no answer from 127.0.0.1:"
says silent.err "recv answers only with --reflect"
says silent.err "If it has one it answers only who has the same: --key FILE"
says_not silent.err "too many for the way"
meets silent 3 -s 1201
says silent.err "hint: 1201 bytes may be too many for the way: silbo probe --mtu"
meets silent 3 --stamp -s 1201
says silent.err "hint: 1201 bytes may be too many for the way: lower --size"

# Nothing that came was refused.
meets closing 3
is "closing" "$(probe closing 'p["answered"], p["closing_answered"],
	p["there"]["lost"], p["back"]["lost"]')" "(0, True, 0, 30)"

meets twice 0
is "twice" "$(probe twice 'p["answered"], p["answered_twice"] >= 29')" \
	"(30, True)"
names twice "answers a datagram twice"

meets copies 0
is "copies" "$(probe copies 'p["answered"], p["back"]["duplicate"] >= 29,
	p["answered_twice"]')" "(30, True, 0)"

meets invents 0
is "invents" "$(probe invents 'p["answered"], p["never_sent"] >= 29')" \
	"(30, True)"
names invents "answers what was never sent"

meets absurd 0
is "absurd" "$(probe absurd 'p["answered"], p["absurd_times"],
	p["clock"]["offset_ms"], p["clock"]["method"],
	p["rtt_ms"]["p50"] is not None')" "(30, 30, None, None, True)"
names absurd "times that cannot be"

# 0 is no time; a clock that was never set is one, far behind.
meets timeless 0
is "timeless" "$(probe timeless 'p["answered"], p["absurd_times"],
	p["clock"]["offset_ms"], p["clock"]["steps"],
	p["there"]["delay_ms"]["p50"], p["rtt_ms"]["p50"] is not None')" \
	"(30, 30, None, 0, None, True)"
names timeless "times that cannot be"
meets unset 0
is "unset" "$(probe unset 'p["answered"], p["absurd_times"],
	p["clock"]["offset_ms"] < -1e12, p["clock"]["steps"],
	p["there"]["delay_ms"]["p50"] is not None')" "(30, 0, True, 0, True)"

if python3 -c 'import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(("127.0.0.2", 0))' \
	2>/dev/null; then
	meets elsewhere 0
	is "elsewhere" "$(probe elsewhere \
		'p["answered"], p["elsewhere"] >= 30')" "(30, True)"
	names elsewhere "answers come from 127.0.0.2:"
else
	not_checked "answers from another address, as 127.0.0.2 is not ours"
fi

meets old 5
names old "of another version"
meets short 5
names short "is not of silbo"
meets sealed 5
names sealed "is encrypted, and no key was given"
meets echo 5
names echo "is our own, sent back as it was"
says echo.err "arrived, our own, sent back as they were"
meets stranger 5
names stranger "is no answer to us"
is "stranger" "$(probe stranger 'p["answered"], p["foreign"] >= 30')" \
	"(0, True)"

# What is refused is told, also where answers came.
meets every 0
is "every" "$(probe every 'p["answered"], p["foreign"]')" "(30, 0)"
every=$(json "$work/every.json" "'  rejected    %(version)d drop_version, \
%(reflected)d drop_reflected' % r['datagrams']['drops']")
is "every: refused" "$(grep rejected "$work/every.err")" "$every"
is "every: more than once" "$(json "$work/every.json" \
	"min(r['datagrams']['drops'][k] for k in ('version', 'reflected')) >= 29")" \
	True
is "every: told again" \
	"$("$SILBO" report "$work/every.json" 2>&1 | grep rejected)" "$every"
start r_two python3 -B "$here/probe_reflector.py" honest
until_says "$work/r_two.out" ready
start r_other python3 -B "$here/probe_reflector.py" every
until_says "$work/r_other.out" ready
run two "$SILBO" probe "127.0.0.1:$(sed -n 's/^port //p' "$work/r_two.out")" \
	"127.0.0.1:$(sed -n 's/^port //p' "$work/r_other.out")" -n 5 -i 10ms
is "two: of all hosts" "$(sed -n '/^all hosts$/{n;s/[0-9][0-9]*/N/gp;}' \
	"$work/two.err")" "  rejected    N drop_version, N drop_reflected"

meets more 0
is "more" "$(probe more 'p["answered"], p["contradictions"] >= 30,
	p["there"]["lost"], p["back"]["lost"], p["there"]["duplicate"]')" \
	"(30, True, None, None, None)"

meets restart 0
is "restart" "$(probe restart 'p["answered"], p["restarts"],
	p["there"]["lost"], p["back"]["lost"]')" "(30, 1, None, None)"
names restart "another reflector answers"

meets steps 0
is "steps" "$(probe steps 'p["answered"], p["clock"]["steps"],
	abs(p["clock"]["step_ms"] - 60000) < 100,
	abs(p["clock"]["offset_ms"] - 60000) < 100')" "(30, 1, True, True)"
names steps "a clock was set"
says steps.err "s further ahead of ours"
meets stepsback 0
names stepsback "a clock was set"
is "stepsback" "$(grep -c "is now [0-9.]* s further behind ours" \
	"$work/stepsback.err")" 1

# Who is late shows in delays alone: all of them, or a way is not judged.
for how in honest absurd timeless steps; do
	meets $how 0 -n 200 -i 2ms
	wanted=True
	[ $how = honest ] || wanted=False
	is "$how: quality" "$(probe $how '[p["sent"], p["there"]["lost"],
		p["there"]["quality"] is not None,
		p["back"]["quality"] is not None]')" \
		"[200, 0, $wanted, $wanted]"
done

meets first 0
is "first" "$(probe first 'p["first_ms"] >= 30')" True
says first.err "  first       took"

# What came back short is no proof of what fits on the way back.
start r_stubby python3 -B "$here/probe_reflector.py" stubby
until_says "$work/r_stubby.out" ready
port=$(sed -n 's/^port //p' "$work/r_stubby.out")
run stubby "$SILBO" probe --mtu "127.0.0.1:$port" -w 300ms \
	--json "$work/stubby.json"
is "stubby: exit status" "$status" 0
is "stubby" "$(probe stubby 'p["path_mtu"]["payload_bytes"]')" 112
start r_echo python3 -B "$here/probe_reflector.py" echo
until_says "$work/r_echo.out" ready
port=$(sed -n 's/^port //p' "$work/r_echo.out")
run echo "$SILBO" probe --mtu "127.0.0.1:$port" -w 100ms
is "echo: exit status of --mtu" "$status" 5

# What never ceases to come holds up no search.
start r_flood python3 -B "$here/probe_reflector.py" silent
until_says "$work/r_flood.out" ready
port=$(sed -n 's/^port //p' "$work/r_flood.out")
run flooded timeout -s KILL 60 env LD_PRELOAD="$SHIM_FLOOD" "$SILBO" probe \
	--mtu "127.0.0.1:$port" -w 100ms
is "flooded: exit status" "$status" 5

# A key, and a reflector without one; and the other way round.
key k
meets honest 5 --key "$work/k"
names honest "is not encrypted; refused"

# At the other end the remedy is one that is there, whatever sends.
listening keyed --null --key "$work/k"
run plainly "$SILBO" probe "127.0.0.1:$port" -n 3 -i 10ms -w 300ms
is "plainly: exit status" "$status" 3
says keyed.err "hint: give whoever sends them the same key: --key FILE"
start keyless "$SILBO" probe --reflect -p 0
ready keyless
run sealed_to "$SILBO" probe "127.0.0.1:$port" -n 3 -i 10ms -w 300ms \
	--key "$work/k"
is "sealed_to: exit status" "$status" 3
says keyless.err "hint: copy the key file of who sends them here, and use: --key"

# Nobody there: the network says so, once.
read -r free <<-P
$(free_ports 1)
P
run absent "$SILBO" probe "127.0.0.1:$free" -n 30 -i 10ms -w 300ms \
	--json "$work/absent.json"
is "absent: exit status" "$status" 3
sane absent
names absent "no reflector there (still probing)"
is "absent" "$(probe absent 'p["answered"], p["errors"]["refused"] >= 1')" \
	"(0, True)"

# Silence is explained after three seconds, with the key where there is one.
start dumb python3 -B "$here/probe_reflector.py" silent
until_says "$work/dumb.out" ready
port=$(sed -n 's/^port //p' "$work/dumb.out")
start quiet "$SILBO" probe "127.0.0.1:$port" -d 0
start sealing "$SILBO" probe "127.0.0.1:$port" -d 0 --key "$work/k"
until_says "$work/quiet.err" "for 3 s"
until_says "$work/sealing.err" "for 3 s"
says quiet.err "recv answers only with --reflect"
says sealing.err "The same key"
for name in quiet sealing; do
	kill -INT "$(pid_of $name)"
	ends $name
	is "$name: exit status" "$status" 3
done

# More than a link takes; that of the loopback takes all, but for a narrow one.
cat >"$work/narrow" <<'S'
ip link set lo mtu 1400 up && exec "$@"
S
if unshare -n sh "$work/narrow" true 2>/dev/null; then
	run large unshare -n sh "$work/narrow" "$SILBO" probe 127.0.0.1 \
		-s 4000 -n 5 -i 10ms -w 100ms --json "$work/large.json"
	is "large: exit status" "$status" 3
	sane large
	names large "Message too long"
	says large.err "it takes 1372 bytes: --size 1372"
	is "large" "$(probe large 'p["sent"], p["unsent"]')" "(0, 5)"
else
	not_checked "sizes beyond the MTU, as no network can be made here"
fi
pass
