#!/bin/sh
# SPDX-License-Identifier: MIT
# silbo lab: the same bytes each time, whoever did the runs; what fails is named
# and the rest goes on; plans that cannot be are refused with line and form.
# $1: samples, $2: the schema.
. "$(dirname -- "$0")/lib.sh"
samples=$1

lab() { # lab NAME ARG...: a plan from standard input; -q
	name=$1
	shift
	cat >"$work/$name.ini"
	run "$name" "$SILBO" lab "$work/$name.ini" -q "$@"
}

refused() { # refused NAME TEXT HINT: a plan from standard input
	name=$1
	lab "$name"
	is "$name: exit status" "$status" 2
	says "$name.err" "$2"
	says "$name.err" "$3"
}

# The same bytes: table, CSV and JSON, with one process and with three.
for jobs in 1 3; do
	run "table$jobs" "$SILBO" lab "$samples/first-experiment.ini" -q \
		--jobs $jobs --seeds 2 --csv "$work/csv$jobs" \
		--json "$work/json$jobs"
	is "exit status with $jobs" "$status" 0
done
for what in table1.out csv1 json1; do
	other=$(echo "$what" | sed s/1/3/)
	is "$what is $other" "$(cmp "$work/$what" "$work/$other" 2>&1)" ""
done
is "lines of CSV" "$(wc -l <"$work/csv1")" 17
is "widest line" "$(awk '{ if (length > w) w = length } END { print (w > 80) }' \
	"$work/table1.out")" 0
says table1.out "2 seeds (1-2), each 1m, frames 20ms"
if python3 -c 'import jsonschema' 2>/dev/null; then
	is "the schema" "$(python3 -B "$here/schema.py" "$2" "$work/json1" \
		2>&1)" ""
else
	not_checked "the schema: no python3-jsonschema"
fi
# What the document shows is what comes out.
run whole "$SILBO" lab "$samples/first-experiment.ini" -q
awk '/^\$ silbo lab samples\/first-experiment.ini/ { on = 1; next }
	/^```/ { on = 0 } on' "$samples/../docs/lab.md" >"$work/shown"
is "the table in docs/lab.md" "$(cmp "$work/whole.out" "$work/shown" 2>&1)" ""

run other "$SILBO" lab "$samples/first-experiment.ini" -q --seeds 3-4
[ "$(cat "$work/other.out")" != "$(cat "$work/table1.out")" ] ||
	fail "other seeds, the same table"

# Played + lost + late is what was sent; nothing arrived is no zero.
lab all <<'P'
[stream]
duration = 1s
[lab]
loss = 0%, 100%
P
is "exit status" "$status" 0
is "all lost" "$(sed -n 5p "$work/all.out" | tr -s ' ')" \
	"100% 100.00 50.0 0.00 100.00 -"

lab long <<'P'
[stream]
duration = 1h
[lab]
loss = 100%
P
is "all of an hour lost" "$(sed -n 4p "$work/long.out" | tr -s ' ')" \
	"100% 100.00 2e+05 0.00 100.00 -"

# A point that cannot be is named, and the rest goes on.
lab point --csv "$work/point.csv" <<'P'
[stream]
duration = 1s
[lab]
loss = 5%, 50%
burst = 0, 1.5
seeds = 2
P
is "exit status with a failed point" "$status" 1
says point.out "point 4 (loss = 50%, burst = 1.5): 2 of 2 runs failed; seed 1:"
says point.out "cannot come in bursts"
says point.err "2 runs failed"
is "points of CSV" "$(grep -c '^[1-4],' "$work/point.csv")" 4
is "its cells are empty" "$(grep '^4,' "$work/point.csv")" \
	"4,50%,1.5,,,,,,,,,,,,,0,2"

# So is a run that a signal ends.
if [ -n "${SANITIZED:-}" ]; then
	not_checked "a run ended by a signal: sanitizers are too slow for it"
else
	cat >"$work/killed.ini" <<'P'
[stream]
duration = 4h
[lab]
frame = 60ms, 2.5ms
P
	run killed sh -c "ulimit -t 1; exec '$SILBO' lab '$work/killed.ini' -q"
	is "exit status with a killed run" "$status" 1
	says killed.out "point 2 (frame = 2.5ms): 1 of 1 runs failed; seed 1:"
	says killed.out "the run ended by signal"
	says killed.out "60ms "
fi

# Payloads that fit no datagram; more on the way than there is room for.
lab large <<'P'
[stream]
duration = 1s
frame = 60ms
[lab]
bitrate = 32k, 256k
P
says large.out "point 2 (bitrate = 256k): 1 of 1 runs failed; seed 1: a payload"
says large.out "does not fit a datagram"

# Told to stop: what is done is told.
cat >"$work/stop.ini" <<'P'
[stream]
duration = 24h
frame = 2.5ms
[lab]
loss = 0%, 1%
P
start stop "$SILBO" lab "$work/stop.ini" --jobs 2
sleep 0.3
kill -INT "$(pid_of stop)"
ends stop
is "exit status when told to stop" "$status" 1
says stop.err "stopped: 0 of 2 runs are done"
says stop.out "1%"
says_not stop.out "failed"

# A soak tells only what is broken.
lab soak --soak --seeds 1-5 <<'P'
[link]
duplicate = 3%
reorder = 2%
keep_order = no
[stream]
duration = 5s
[lab]
loss = 0%, 5%, 100%
jitter = 0ms, 300ms
corrupt = 0%, 5%
playout = 0ms, 60ms
encrypted = yes, no
wait = 100ms, 1s
P
is "soak" "$(cat "$work/soak.out")" "480 runs, 0 failed"
is "exit status of a soak" "$status" 0

# An axis holds from the beginning to the end, in every phase.
lab phases <<'P'
[link]
loss = 20%
[at 1s]
loss = 40%
[stream]
duration = 2s
[lab]
loss = 0%
P
is "in every phase" "$(sed -n 4p "$work/phases.out" | tr -s ' ')" \
	"0% 0.00 - 0.00 0.00 60.0"

# A preset refines nothing: what else varies refines it.
lab preset <<'P'
[stream]
duration = 2s
[lab]
loss = 100%
preset = perfect, lecture
P
is "preset and loss" "$(grep -c ' 100.00  *100.0' "$work/preset.out")" 2

# Refused, with line and form.
refused twice "this key stands here twice" "" <<'P'
[lab]
loss = 1%
loss = 2%
P
refused comma "comma.ini:2: loss: not a list of values" \
	"as in: loss = 1%" <<'P'
[lab]
loss = 1%,
P
refused bare "'2' is not a ratio" "write 2% or 0.02" <<'P'
[lab]
loss = 1%, 2
P
refused negative "delay" "from 0" <<'P'
[lab]
delay = -5ms
P
refused unknown "unknown key 'losss'" "did you mean 'loss'?" <<'P'
[lab]
losss = 1%
P
refused fixed "unknown key 'duration' in [lab]" \
	"it has one value, and belongs in [stream]" <<'P'
[lab]
duration = 1s, 2s
P
refused stray "stray.ini:2: unknown key 'seeds' in [stream]" \
	"it belongs in [lab]" <<'P'
[stream]
seeds = 5
P
max=18446744073709551615
lab overflow --seeds $max-18446744073709551616 <<'P'
[stream]
duration = 1s
P
is "a seed that is no number of 64 bits" "$status" 2
says overflow.err "--seeds: not accepted"
refused seeds "seeds: that is not accepted" "how many, as in 20" <<'P'
[lab]
seeds = 0
P
refused many "too many: 4096 points with 1000000 seeds" "at most 4096" <<'P'
[lab]
loss = 1%,2%,3%,4%,5%,6%,7%,8%
burst = 1.1,2,3,4,5,6,7,8
delay = 1ms,2ms,3ms,4ms,5ms,6ms,7ms,8ms
jitter = 1ms,2ms,3ms,4ms,5ms,6ms,7ms,8ms
seeds = 1000000
P
lab sound --wav "$work" <<'P'
[stream]
duration = 1s
P
is "WAV without sound" "$status" 2
says sound.err "there is no sound in this plan"
lab both --csv - --json - <<'P'
[stream]
duration = 1s
P
is "two outputs in one" "$status" 2
says both.err "--csv -: --json - writes to standard output already"
lab same --csv "$work/one" --json "$work/./one" <<'P'
[stream]
duration = 1s
P
is "two outputs in one file" "$status" 2
says same.err "--json writes to that file already"
# What is read is not written to: not the plan, by no name, nor what it names.
cp "$samples/speech.flac" "$work/sound.flac"
echo 0 >"$work/losses"
for into in "--csv victim.ini" "--json victim.ini" "--json ./victim.ini" \
	"--csv alias.ini" "--csv sound.flac" "--json losses"; do
	cat >"$work/victim.ini" <<'P'
[link]
loss_trace = losses
[stream]
duration = 1s
audio = sound.flac
P
	cp "$work/victim.ini" "$work/victim.copy"
	ln -f "$work/victim.ini" "$work/alias.ini"
	run victim sh -c "cd '$work' && exec '$SILBO' lab victim.ini -q $into"
	is "$into: exit status" "$status" 2
	says victim.err "that would overwrite"
	is "$into: the plan" "$(cmp "$work/victim.ini" "$work/victim.copy")" ""
done
is "the sound" "$(cmp "$work/sound.flac" "$samples/speech.flac")" ""
is "the trace" "$(cat "$work/losses")" 0
lab nowhere --csv "$work/none/x.csv" <<'P'
[stream]
duration = 1s
P
is "CSV in no directory" "$status" 1
says nowhere.err "cannot write the table to"
says nowhere.err "choose another place with --csv"

# A pipe that nobody reads does not hold whoever wants to end.
mkfifo "$work/unread"
cat >"$work/unread.ini" <<'P'
[stream]
duration = 1s
P
start unread "$SILBO" lab "$work/unread.ini" --csv "$work/unread"
until_says "$work/unread.out" "lost"
tries=0 # what comes before it waits is not meant for it
while [ $tries -lt 200 ] && ! grep -q '^State:.Z' \
	"/proc/$(pid_of unread)/status" 2>/dev/null; do
	kill -INT "$(pid_of unread)" 2>/dev/null || break
	tries=$((tries + 1))
	sleep 0.05
done
[ $tries -lt 200 ] || kill -9 "$(pid_of unread)"
ends unread
is "ended while it waits for a reader" "$status" 130
lab dash --csv - <<'P'
[stream]
duration = 1s
P
is "CSV alone on standard output" "$(wc -l <"$work/dash.out")" 2

# Sound: what is lost costs quality; what is heard can be kept; what is too short
# to judge is not judged.
mkdir "$work/wav"
cp "$samples/speech.flac" "$work"
lab speech --wav "$work/wav" --json "$work/speech.json" <<'P'
[stream]
audio = speech.flac
duration = 3s
[lab]
loss = 0%, 20%
P
is "exit status with sound" "$status" 0
is "quality falls" "$(python3 -c 'import json, sys
a, b = json.load(open(sys.argv[1]))["points"]
print(a["mos_estimated"] > b["mos_estimated"] + 1, a["estoi"] > b["estoi"])' \
	"$work/speech.json")" "True True"
is "WAV files" "$(ls "$work/wav" | tr '\n' ' ')" \
	"point-0001-seed-1.wav point-0002-seed-1.wav "
is "as long as was sent" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/wav/point-0002-seed-1.wav")" \
	143688
python3 -c 'import sys, wave
w = wave.open(sys.argv[1], "wb")
w.setparams((1, 2, 48000, 0, "NONE", ""))
w.writeframes(bytes(200))' "$work/short.wav"
lab short --csv "$work/short.csv" <<'P'
[stream]
audio = short.wav
P
is "exit status with 100 samples" "$status" 0
is "no quality" "$(sed -n 2p "$work/short.csv" | cut -d, -f11-)" ",,,1,0"
if [ -n "${SANITIZED:-}" ]; then
	not_checked "sound without memory: sanitizers reserve more than is allowed"
else
	printf '[stream]\naudio = speech.flac\n' >"$work/poor.ini"
	run poor sh -c "ulimit -v 100000; exec '$SILBO' lab '$work/poor.ini' -q"
	is "sound without memory" "$status" 1
	says poor.err "not enough memory"
	says_not poor.err "damaged"
fi
lab missing <<'P'
[stream]
audio = nothing.wav
P
is "no such sound" "$status" 1
says missing.err "cannot use the sound 'nothing.wav'"

# On a terminal a line tells how far it is and how long it will take.
cat >"$work/long.ini" <<'P'
[stream]
duration = 10m
[lab]
loss = 0%, 1%, 2%, 3%, 4%, 5%, 6%, 7%, 8%, 9%
seeds = 10000
P
cat >"$work/terminal.py" <<'P'
import os, pty, re, signal, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], [sys.argv[1], "lab", sys.argv[2]])
line = re.compile(rb"lab \[#*\.+\] \d+ of 100000 runs, \d+ (s|min|h) left")
seen = b""
while not line.search(seen):
    seen += os.read(fd, 4096)
os.kill(pid, signal.SIGINT)
try:
    while True:
        more = os.read(fd, 4096)
        if not more:
            break
        seen += more
except OSError:
    pass
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]),
      b"stopped:" in seen)
P
if python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
	is "progress" "$(python3 "$work/terminal.py" "$SILBO" \
		"$work/long.ini")" "1 True"
else
	not_checked "progress on a terminal: there are no pseudo-terminals"
fi

pass
