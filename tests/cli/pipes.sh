#!/bin/sh
# SPDX-License-Identifier: MIT
# Raw samples through pipes, both ways: exact, in order, and nobody at the other
# end can stop sender or receiver.
. "$(dirname -- "$0")/lib.sh"

# pcm SECONDS: a tone of 440 Hz, mono.
pcm() {
	python3 -c 'import math, struct, sys
n = int(float(sys.argv[1]) * 48000)
sys.stdout.buffer.write(b"".join(struct.pack("<h",
    int(8000 * math.sin(i * 440 * 2 * math.pi / 48000))) for i in range(n)))' \
		"$1"
}
pcm 1 >"$work/1s.pcm"
samples() { echo $(($(wc -c <"$1") / 2)); }
between() { # between WHAT VALUE LOW HIGH
	is "$1 ($2)" "$([ "$2" -ge "$3" ] && [ "$2" -le "$4" ] && echo yes)" yes
}

# ---- A file into a pipe, a pipe into a stream, a stream into a pipe.
# 47 999 samples and half of one: the last is no sample.
head -c 95999 "$work/1s.pcm" >"$work/odd.pcm"
through() {
	listening recv --once -o - --json "$work/r.json"
	cat "$work/odd.pcm" | "$SILBO" send - "127.0.0.1:$port" \
		--json "$work/s.json" 2>"$work/send.err"
	is "send -" $? 0
	ends recv
	is "recv -o -" $status 0
	is "in the report" "$(json "$work/r.json" 's["samples"]')" 47999
}
calmly through
if in_time "one second"; then
	is "samples" "$(samples "$work/recv.out")" 47999
	python3 - "$work/odd.pcm" "$work/recv.out" <<'P' || fail "not the same sound"
import struct, sys
a, b = (struct.unpack("<47999h", open(f, "rb").read()[:95998])
        for f in sys.argv[1:])
ab = sum(x * y for x, y in zip(a, b))
c = ab / (sum(x * x for x in a) * sum(y * y for y in b)) ** .5
print("correlation %.4f" % c)
sys.exit(c < 0.99)
P
	checks=$((checks + 1))
fi

# ---- Two channels, and a file as standard input.
listening recv --once -o "$work/two.wav"
"$SILBO" send - "127.0.0.1:$port" -c 2 -f 10ms <"$work/1s.pcm" 2>"$work/send.err"
is "stereo: send" $? 0
ends recv
is "stereo: samples" "$(python3 -c 'import sys, wave
w = wave.open(sys.argv[1])
print(w.getnchannels(), w.getnframes())' "$work/two.wav")" "2 24000"
both() {
	listening recv --once -o - -c 2 --json "$work/r.json"
	run send "$SILBO" send tone -c 2 "127.0.0.1:$port" -d 500ms \
		--json "$work/s.json"
	ends recv
}
calmly both
! in_time "stereo out" || is "stereo out" "$(samples "$work/recv.out")" 48000

# ---- No sound at all.
run none "$SILBO" send - 127.0.0.1:9
is "nothing: exit" $status 1
says none.err "without sound"

# ---- The pipe runs dry for a second in the middle: the gap is as long, what
# comes after it is not late, and the end is still exact.  The times of this
# machine are in it, so lengths have bounds; what is concealed is the gap.
gap() { # gap FRAME: one such stream
	rm -f "$work/apart"
	listening recv --once -o "$work/gap.wav" --json "$work/r.json"
	python3 -c 'import sys, time
pcm = open(sys.argv[1], "rb").read()
begun = time.monotonic()
sys.stdout.buffer.write(pcm)
sys.stdout.buffer.flush()
time.sleep(2)
print(round((time.monotonic() - begun) * 48000), file=sys.stderr)
sys.stdout.buffer.write(pcm)' "$work/1s.pcm" 2>"$work/apart" |
		"$SILBO" send - "127.0.0.1:$port" -f "$1" \
			--json "$work/s.json" 2>"$work/send.err"
	is "gap, $1: send" $? 0
	ends recv
	is "gap, $1: recv" $status 0
	n=$(json "$work/r.json" 's["samples"]')
	apart=$(cat "$work/apart")
	between "gap, $1: samples, of 48000 and $apart later as many" "$n" \
		$((apart + 48000 - 12000)) $((apart + 48000 + 12000))
	is "gap, $1: lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0
	says send.err "nothing comes through standard input"
}
for frame in 20ms 2.5ms 60ms; do
	calmly gap $frame
	in_time "gap, $frame" || continue
	python3 - "$work/gap.wav" <<'P' || fail "gap, $frame: sound and silence"
import struct, sys, wave
w = wave.open(sys.argv[1])
n = w.getnframes()
s = struct.unpack("<%dh" % n, w.readframes(n))
loud = [max(map(abs, s[i:i + 480])) > 4000 for i in range(0, n - 479, 480)]
first = loud.index(False) if not all(loud) else -1
again = loud.index(True, first + 25)
print("loud to %d, from %d of %d" % (first, again, len(loud)))
# one second, about one of silence, one second
sys.exit(not (98 <= first <= 108 and 95 <= len(loud) - again <= 102
    and all(loud[:98]) and all(loud[again:again + 95])))
P
	checks=$((checks + 1))
done

# ---- A producer in real time, in pieces that are no frames.
listening recv --once -o "$work/live.wav" --json "$work/r.json"
python3 -c 'import sys, time
d = open(sys.argv[1], "rb").read()
t = time.monotonic()
for i in range(0, len(d), 3000):
    time.sleep(max(0, t + i / 96000 - time.monotonic()))
    sys.stdout.buffer.write(d[i:i + 3000])
    sys.stdout.buffer.flush()' "$work/1s.pcm" |
	"$SILBO" send - "127.0.0.1:$port" --json "$work/s.json" \
		2>"$work/send.err"
is "live: send" $? 0
ends recv
in_time live
# A busy machine may hold the producer up, which is a gap then.
between "live: samples" "$(json "$work/r.json" 's["samples"]')" 48000 60000

# ---- -d ends a stream whose pipe stays open and dry; a signal too.
listening recv --once --null
mkfifo "$work/dry"
(cat "$work/1s.pcm"; sleep 30) >"$work/dry" &
dry=$!
pids="$pids $dry"
run send "$SILBO" send tone 127.0.0.1:9 -d 100ms
start send sh -c 'exec "$@" <"$0"' "$work/dry" "$SILBO" send - \
	"127.0.0.1:$port" -d 1500ms
ends send
is "dry, -d: send" $status 0
ends recv
is "dry, -d: recv" $status 0
kill $dry 2>/dev/null
(sleep 30) >"$work/dry" &
dry=$!
pids="$pids $dry"
start wait sh -c 'exec "$@" <"$0"' "$work/dry" "$SILBO" send - 127.0.0.1:9
until_says "$work/wait.err" "127.0.0.1:9"
sleep 0.2
kill -INT "$(pid_of wait)"
ends wait
is "no sound yet, SIGINT" $status 0
kill $dry 2>/dev/null

# ---- The reader goes away: the output ends, the measurement does not.
mkfifo "$work/out"
start recv sh -c 'exec "$@" >"$0"' "$work/out" "$SILBO" recv --port 0 --once \
	-o - --json "$work/r.json"
head -c 20000 "$work/out" >"$work/head.pcm" &
ready recv
run send "$SILBO" send tone "127.0.0.1:$port" -d 2s
ends recv
is "reader gone: exit" $status 1
says recv.err "standard output: Broken pipe"
is "reader gone: counted on" "$(json "$work/r.json" \
	's["packets"]["unique"], s["packets"]["lost"]')" "(101, 0)"
is "reader gone: reason" "$(json "$work/r.json" 'r["error"]')" \
	"recording: Broken pipe"

# ---- The reader stalls: receiving goes on; a second is kept, what is more is
# dropped and counted; what was not dropped arrives.
python3 - "$work/out" "$work/stall.bytes" <<'P' &
import sys, time
f = open(sys.argv[1], "rb")
time.sleep(4)
open(sys.argv[2], "w").write(str(len(f.read()) // 2))
P
reader=$!
pids="$pids $reader"
start recv sh -c 'exec "$@" >"$0"' "$work/out" "$SILBO" recv --port 0 --once \
	-o - --json "$work/r.json"
ready recv
run send "$SILBO" send tone "127.0.0.1:$port" -d 3s --json "$work/s.json"
ends recv
is "reader stalls: exit" $status 0
is "reader stalls: lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0
says recv.err "not read fast enough"
wait $reader
untaken=$(sed -n 's/.*did not take \([0-9]*\) samples.*/\1/p' "$work/recv.err")
! in_time "reader stalls" || is "reader stalls: taken and not" \
	$(($(cat "$work/stall.bytes") + untaken)) 144000

# ---- A reader that is behind, as players are, hears the end.
python3 - "$work/out" "$work/slow.bytes" <<'P' &
import os, sys, time
fd = os.open(sys.argv[1], os.O_RDONLY)
time.sleep(1.3)
n = 0
while True:
    d = os.read(fd, 9600)
    if not d:
        break
    n += len(d)
    time.sleep(0.1)
open(sys.argv[2], "w").write(str(n // 2))
P
reader=$!
pids="$pids $reader"
start recv sh -c 'exec "$@" >"$0"' "$work/out" "$SILBO" recv --port 0 --once \
	-o - --json "$work/r.json"
ready recv
run send "$SILBO" send tone "127.0.0.1:$port" -d 1500ms --json "$work/s.json"
ends recv
is "reader behind: exit" $status 0
wait $reader
! in_time "reader behind" ||
	is "reader behind: samples" "$(cat "$work/slow.bytes")" 72000

# ---- Full disk, full device.
start recv sh -c 'exec "$@" >/dev/full' sh "$SILBO" recv --port 0 --once -o -
ready recv
run send "$SILBO" send tone "127.0.0.1:$port" -d 500ms
ends recv
is "/dev/full: exit" $status 1
says recv.err "standard output: No space left on device"

# ---- --mix: two streams at once, in one file.
listening recv --once --mix -o "$work/mix.wav" --json "$work/r.json"
start a "$SILBO" send tone "127.0.0.1:$port" -d 4s --json "$work/s.json"
until_says "$work/recv.err" "stream "
sleep 0.5
run b "$SILBO" send tone "127.0.0.1:$port" -d 500ms
ends a
ends recv
is "mix: exit" $status 0
is "mix: one file" "$(ls "$work" | grep -c mix)" 1
! in_time mix || is "mix: samples" "$(python3 -c 'import sys, wave
w = wave.open(sys.argv[1])
print(w.getnchannels(), w.getnframes())' "$work/mix.wav")" "1 192000"
is "mix: in the report" "$(json "$work/r.json" \
	'[x["samples"] for x in r["streams"]], r["config"]["mix"]')" \
	"([192000, 24000], True)"
pass
