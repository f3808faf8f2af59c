#!/bin/sh
# SPDX-License-Identifier: MIT
# --events: what happens, live, a line of JSON each.  It sums to the report, and
# neither a full disk nor a reader that sleeps or goes changes what is measured.
. "$(dirname -- "$0")/lib.sh"

agree() { # agree NAME: events and report of NAME
	is "$1: events and report" "$(python3 -B "$here/events.py" \
		"$work/$1.ndjson" "$work/$1.json" 2>&1)" ""
}

# Three streams, one after the other and two at once; both ends.
listening recv --null -d 6s --json "$work/recv.json" \
	--events "$work/recv.ndjson"
run one "$SILBO" send tone "127.0.0.1:$port" -d 1500ms \
	--json "$work/one.json" --events "$work/one.ndjson"
is "sender" $status 0
start two "$SILBO" send tone "127.0.0.1:$port" -d 1s
start three "$SILBO" send tone "127.0.0.1:$port" -d 1200ms
ends two
ends three
# Live: the receiver still runs.
until_says "$work/recv.ndjson" '"event":"interval"'
ends recv
is "receiver" $status 0
agree recv
agree one
is "streams" "$(json "$work/recv.json" 'len(r["streams"])')" 3
is "sent, by the second" "$(json "$work/one.json" \
	'[i["streams"][0]["unique"] for i in r["intervals"]][0]')" None

# Standard output, beside a report in a file and without the screen.
start recv "$SILBO" recv --port 0 --null -q -d 1s --events - \
	--json "$work/out.json"
ends recv
is "nothing received" $status 3
is "one object a line" "$(python3 -c 'import json, sys
kinds = [json.loads(x)["event"] for x in open(sys.argv[1])]
print(kinds[0], kinds[-1])' "$work/recv.out")" "start end"
run twice "$SILBO" recv --null --events - --json -
is "two to standard output" $status 2
says twice.err "writes to standard output already"
run twice "$SILBO" recv -o - --events -
is "sound and events to standard output" $status 2
run twice "$SILBO" send tone 127.0.0.1 --events - --json -
is "send: two to standard output" $status 2

# The same file twice, by whatever name; nothing is written then.
echo kept >"$work/old.wav"
ln -s old.wav "$work/link.wav"
ln -s ./new.wav "$work/dangling"
mkdir "$work/sub"
for pair in "-o $work/new.wav --json $work/new.wav" \
	"-o $work/new.wav --events $work/sub/../new.wav" \
	"-o $work/old.wav --json $work/link.wav" \
	"-o $work/old.wav --events $work/./old.wav" \
	"--null --json $work/new.json --events $work//new.json" \
	"-o $work/new.wav --json $work/dangling" \
	"-o - --json /dev/stdout" \
	"--null --json /dev/stdout --events -" \
	"--null --json $work/new.json --events $work/new.json.part" \
	"-o $work/new.wav --packets $work/new.wav.part" \
	"-o $work/new.wav --json $work/new.2.wav" \
	"-o $work/new.wav --events $work/sub/../new.13.wav.part"; do
	case $pair in
	*/dev/stdout*)
		[ -e /dev/stdout ] || {
			not_checked "$pair: /proc is not mounted"
			continue
		} ;;
	esac
	# shellcheck disable=SC2086
	run twice "$SILBO" recv --port 0 -d 100ms $pair
	is "$pair" $status 2
	says twice.err "writes to that file already"
	says twice.err "give each a file of its own"
done
run twice "$SILBO" send tone 127.0.0.1:9 --events "$work/x" --json "$work/x"
is "send: twice the same file" $status 2
is "what was there" "$(cat "$work/old.wav"; ls "$work" | grep -c new)" "kept
0"
# What is read is not written to: not the key, nor what is sent.
run key "$SILBO" keygen "$work/own.key"
cp "$work/own.key" "$work/own.copy"
echo sound >"$work/own.raw"
for words in "recv --port 0 --null" "probe --reflect --port 0" \
	"probe 127.0.0.1" "send tone 127.0.0.1:9"; do
	for into in --json --events; do
		# shellcheck disable=SC2086
		run key "$SILBO" $words -d 100ms -k "$work/own.key" \
			$into "$work/sub/../own.key"
		is "$words: $into onto the key" $status 2
		says key.err "that would overwrite the key"
	done
done
run key "$SILBO" recv --port 0 -d 100ms -k "$work/own.key" -o "$work/own.key"
is "sound onto the key" $status 2
run sent "$SILBO" send "$work/own.raw" 127.0.0.1:9 --json "$work/own.raw"
is "a report onto what is sent" $status 2
says sent.err "that would overwrite what is sent"
is "the key" "$(cmp "$work/own.key" "$work/own.copy")" ""
is "the sound" "$(cat "$work/own.raw")" sound

for pair in "-o $work/sound.wav --json $work/sound.x.wav" \
	"--mix -o $work/sound.wav --json $work/sound.2.wav" \
	"-o - --json $work/-"; do
	# shellcheck disable=SC2086
	run apart "$SILBO" recv --port 0 -d 100ms $pair
	is "$pair" $status 3
done
run twice "$SILBO" recv --port 0 -d 100ms -o /dev/null --json /dev/null
is "a device twice" $status 3
run place "$SILBO" recv --null --events "$work/none/e.ndjson"
is "no place for it" $status 1
says place.err "cannot write events to"

# An error that is told is an event.
listening held --null
run error "$SILBO" recv --port "$port" --null --events -
is "port in use" $status 1
says error.out '{"event":"error","message":"cannot listen on'
kill -INT "$(pid_of held)"
ends held

# No space, no reader: said once, measured all the same, and 1 at the end.
listening full --null --once --events /dev/full --json "$work/full.json"
run send "$SILBO" send tone "127.0.0.1:$port" -d 1s --events /dev/full
is "sender without space" $status 1
ends full
is "receiver without space" $status 1
for name in full send; do
	is "$name: said once" \
		"$(grep -c 'cannot write events' "$work/$name.err")" 1
done
is "measured" "$(json "$work/full.json" 's["packets"]["lost"]')" 0

# A limit on files (blocks of 512 or 1024): whole lines up to there.
start limit sh -c 'ulimit -f 4; exec "$@"' sh "$SILBO" recv --port 0 --null \
	--once --events "$work/limit.ndjson"
until_says "$work/limit.err" "listening on"
port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' "$work/limit.err")
run send "$SILBO" send tone "127.0.0.1:$port" -d 12s -f 60ms
ends limit
is "a file at its limit: exit" $status 1
is "whole lines" "$(python3 -c 'import json, sys
text = open(sys.argv[1]).read()
print(text.endswith("\n"), all(json.loads(x) for x in text.splitlines()))' \
	"$work/limit.ndjson")" "True True"

# No interval of a moment at the end.
deep=$work
while [ ${#deep} -lt 400 ]; do deep=$deep/a-directory-with-a-long-name; done
mkdir -p "$deep"
listening long -d 2s -o "$deep/out.wav" --json "$work/long.json"
start send "$SILBO" send tone "127.0.0.1:$port" -d 1s
ends long
ends send
is "two intervals" "$(json "$work/long.json" \
	'[round(i["t"]) for i in r["intervals"]]')" "[1, 2]"
# And a long name is whole.
is "a long name" "$(json "$work/long.json" 's["file"]')" "$deep/out.wav"
says long.err "$deep/out.wav"

# A reader that sleeps: a named pipe of one page that nobody reads.
mkfifo "$work/pipe"
start sleeper python3 -c 'import fcntl, os, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, 1031, 4096)  # F_SETPIPE_SZ
print("ready", flush=True)
time.sleep(600)' "$work/pipe"
until_says "$work/sleeper.out" ready
listening stalled --null --once --events "$work/pipe" --json "$work/st.json"
run send "$SILBO" send tone "127.0.0.1:$port" -d 2s --json "$work/s.json"
ends stalled
is "receiver with a reader that sleeps" $status 0
says stalled.err "events dropped: their reader was behind"
is "nothing was lost here" "$(json "$work/st.json" \
	'[s["packets"][k] for k in ("unique", "lost", "dropped_here")]')" \
	"[$(json "$work/s.json" 's["sent"]["data"]'), 0, 0]"

# What it has got by then is whole lines.
python3 -c 'import json, os, sys
fd = os.open(sys.argv[1], os.O_RDWR | os.O_NONBLOCK)
data = os.read(fd, 65536).split(b"\n")
assert json.loads(data[0])["event"] == "start", data' "$work/pipe" ||
	fail "the pipe holds half a line"

# A pipe that is dry for seconds: the sender's intervals go on.
start send sh -c '{ head -c 48000 /dev/zero; sleep 4; head -c 9600 /dev/zero; } |
	exec "$0" send - 127.0.0.1:9 --events "$1"' "$SILBO" "$work/dry.ndjson"
ends send
is "no interval of a dry pipe is longer than 1.5 s" "$(python3 -c 'import json, sys
t = [r["t"] for r in map(json.loads, open(sys.argv[1]))
     if r["event"] == "interval"]
print(len(t) >= 5 and max(b - a for a, b in zip([0] + t, t)) < 1.5 or t)' \
	"$work/dry.ndjson")" True

# A reader that goes.
mkfifo "$work/gone"
start reader sh -c 'read -r line <"$1"; echo "$line"' sh "$work/gone"
listening left --null --once --events "$work/gone"
run send "$SILBO" send tone "127.0.0.1:$port" -d 1500ms
ends left
is "reader has gone" $status 1
says left.err "Broken pipe; going on without them"
pass
