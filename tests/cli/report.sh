#!/bin/sh
# SPDX-License-Identifier: MIT
# silbo report: what a run wrote is told again to the byte, of both ends, from the
# report and from events; several stand side by side; what is no report is refused
# in one line and a hint.
. "$(dirname -- "$0")/lib.sh"

# What was told at the end, without the news before it.
told() {
	sed -n '/^stream /,$p' "$work/$1.err"
}

listening r --once -o "$work/r.wav" --json "$work/r.json" \
	--events "$work/r.events" --fail-if 'loss>1%,lost>100,mos<1'
relay_port=$(free_ports 1)
start relay "$RELAY" "127.0.0.1:$relay_port" "127.0.0.1:$port" \
	5-9,40,60-62 20,30,31 50
until_says "$work/relay.out" "ready"
run s "$SILBO" send voice "127.0.0.1:$relay_port" -d 3s --json "$work/s.json" \
	--events "$work/s.events" --fail-if 'max<0ms'
ends r
kill "$(pid_of relay)"
wait "$(pid_of relay)"
is "the limit" $status 4
says r.err "limit exceeded: loss "
for end in r s; do
	told $end >"$work/$end.told"
	is "$end told something" "$([ -s "$work/$end.told" ] && echo yes)" yes
	run again "$SILBO" report "$work/$end.json"
	is "$end again" $status 0
	is "$end, from the report" "$(diff "$work/$end.told" "$work/again.out")" ""
	run again "$SILBO" report "$work/$end.events"
	is "$end, from events" "$(diff "$work/$end.told" "$work/again.out")" ""
	is "nothing else" "$(cat "$work/again.err")" ""
done
status=0
"$SILBO" report - <"$work/r.json" >"$work/again.out" 2>"$work/again.err" ||
	status=$?
is "from standard input" "$status $(diff "$work/r.told" "$work/again.out")" "0 "

# Several targets, nothing received, nothing accepted.
run two "$SILBO" send tone 127.0.0.1:9 "[::1]:9" -d 300ms --json "$work/two.json"
run again "$SILBO" report "$work/two.json"
is "several targets" "$(told two | diff - "$work/again.out")" ""
run none "$SILBO" recv --null --port 0 -d 200ms --json "$work/none.json" \
	--fail-if 'loss>1%'
run again "$SILBO" report "$work/none.json"
is "nothing received" "$(sed -n '/^nothing/,$p' "$work/none.err" |
	diff - "$work/again.out")" ""
key k
listening wrong --null -d 1500ms --key "$work/k" --json "$work/wrong.json"
run send "$SILBO" send tone "127.0.0.1:$port" -d 300ms
ends wrong
run again "$SILBO" report "$work/wrong.json"
is "nothing accepted" "$(sed -n '/^nothing/,$p' "$work/wrong.err" |
	diff - "$work/again.out")" ""

# A prober's, with and without answers.
key p
listening reflector --null --key "$work/p" --json "$work/reflector.json"
run probe "$SILBO" probe "127.0.0.1:$port" --key "$work/p" -d 1s -i 10ms \
	--json "$work/probe.json" --events "$work/probe.events"
[ $status = 0 ] || not_checked "a probe with answers, as nobody reflects"
run absent "$SILBO" probe 127.0.0.1:9 "[::1]:9" -n 20 -w 200ms \
	--json "$work/absent.json"
kill -INT "$(pid_of reflector)"
ends reflector
sed -n '/^probe /,$p' "$work/probe.err" >"$work/probe.told"
if grep -q '^prober ' "$work/reflector.err"; then
	run again "$SILBO" report "$work/reflector.json"
	is "who was answered" "$(sed -n '/^prober /,$p' \
		"$work/reflector.err" | diff - "$work/again.out")" ""
fi
for from in probe.json probe.events; do
	run again "$SILBO" report "$work/$from"
	is "$from" "$(diff "$work/probe.told" "$work/again.out")" ""
done
run again "$SILBO" report "$work/absent.json"
is "a probe that nobody answers" "$(sed -n '/^probe /,$p' "$work/absent.err" |
	diff - "$work/again.out")" ""

# A reflector of its own.
start alone "$SILBO" probe --reflect --port 0 --json "$work/alone.json"
ready alone
run probe "$SILBO" probe "127.0.0.1:$port" -n 20 -i 5ms
run mtu "$SILBO" probe --mtu "127.0.0.1:$port" --json "$work/mtu.json"
kill -INT "$(pid_of alone)"
ends alone
run again "$SILBO" report "$work/alone.json"
is "a reflector" "$status $(sed -n '/^prober /,$p' "$work/alone.err" |
	diff - "$work/again.out")" "0 "

run again "$SILBO" report "$work/mtu.json"
is "a path MTU" "$(sed -n '/^probe 127/,$p' "$work/mtu.err" |
	diff - "$work/again.out")" ""
run sides "$SILBO" report "$work/probe.json" "$work/mtu.json"
is "side by side with a path MTU" "$(awk '/^MTU payload/ { print $3, $4 }' \
	"$work/sides.out")" "- $(json "$work/mtu.json" \
	'r["probes"][0]["path_mtu"]["payload_bytes"]')"

# Whatever is unknown, nothing that cannot be is told.
for file in r s probe mtu alone; do
	is "$file: half a report" "$(python3 -B "$here/report_half.py" "$SILBO" \
		"$work/$file.json")" ""
done

# One that nobody asked waits for a prober; that of STAMP is not told again.
run idle "$SILBO" probe --reflect --port 0 -d 100ms --json "$work/idle.json"
run again "$SILBO" report "$work/idle.json"
is "nobody asked" "$status $(sed -n '/^nothing/,$p' "$work/idle.err" |
	diff - "$work/again.out")" "0 "
says again.out "the prober runs"
run stamp "$SILBO" probe --reflect --stamp --port 0 -l 127.0.0.1 -d 100ms \
	--json "$work/stamp.json"
run again "$SILBO" report "$work/stamp.json"
is "a reflector of STAMP" $status 2
says again.err "prints its report when it ends"

# Side by side: short names, 80 columns, no colour where no terminal is.
run sides "$SILBO" report "$work/r.json" "$work/s.json" "$work/none.json"
is "side by side" $status 0
is "names" "$(head -n 1 "$work/sides.out" | tr -s ' ')" " r s none"
says sides.out "1 of 3 exceeded"
is "width" "$(awk 'length > 80' "$work/sides.out")" ""
is "colour" "$(grep -c "$(printf '\033')" "$work/sides.out")" 0
lost=$(json "$work/r.json" 's["packets"]["lost"]')
is "lost" "$(awk '$1 == "lost" { print $2, $3, $4 }' "$work/sides.out")" \
	"$lost - -"
mkdir "$work/other"
cp "$work/r.json" "$work/other/r.json"
run sides "$SILBO" report "$work/r.json" "$work/other/r.json"
is "names that are the same" "$(head -n 1 "$work/sides.out" |
	grep -c 'other/r.json')" 1

# refused STATUS TEXT FILE...
refused() {
	want=$1 text=$2
	shift 2
	run x "$SILBO" report "$@"
	is "report $*" $status "$want"
	says x.err "$text"
	says x.err "hint:"
	is "lines" "$(wc -l <"$work/x.err")" 2
	is "nothing on standard output" "$(wc -c <"$work/x.out")" 0
}
refused 2 "arguments needed: FILE"
refused 1 "cannot read $work/gone.json: No such file" "$work/gone.json"
refused 1 "Is a directory" "$work"
: >"$work/empty.json"
refused 2 "empty" "$work/empty.json"
head -c 300 "$work/r.json" >"$work/half.json"
refused 2 "half.json: line 1, column 3" "$work/half.json"
refused 2 "not JSON" "$work/r.wav"
head -n 2 "$work/r.events" >"$work/half.events"
refused 2 "events without an end" "$work/half.events"
sed 's/silbo.report.1/silbo.report\/9/' "$work/r.json" >"$work/newer.json"
refused 2 "schema 'silbo.report/9' is not known" "$work/newer.json"
echo '{"schema":"silbo.impair/1"}' >"$work/impair.json"
refused 2 "schema 'silbo.impair/1' is none of a report" "$work/impair.json"
refused 2 "schema 'silbo.impair/1'" "$work/r.json" "$work/impair.json"
refused 2 "standard input holds one report" - -
refused 2 "unknown option '--josn'" --josn
python3 -c 'import sys
with open(sys.argv[1], "wb") as f:
    f.truncate(300 << 20)' "$work/huge.json" &&
	refused 2 "longer than 256 MiB" "$work/huge.json"
if [ -c /dev/full ]; then
	status=0
	"$SILBO" report "$work/r.json" >/dev/full 2>"$work/full.err" || status=$?
	is "a full disk" $status 1
	says full.err "cannot write the report: No space left"
else
	not_checked "a full disk, as there is no /dev/full"
fi
pass
