#!/bin/sh
# SPDX-License-Identifier: MIT
# R6: a sender that is stopped for seconds skips what is more than a second late.
# The receiver counts nothing lost, and what it plays stays where it was in time.
. "$(dirname -- "$0")/lib.sh"

# stopped NAME: for four seconds, after the first.
stopped() {
	until_says "$work/recv.err" "stream "
	sleep 1
	kill -STOP "$(pid_of "$1")"
	sleep 4
	kill -CONT "$(pid_of "$1")"
	ends "$1"
	is "$1: sender" $status 0
	ends recv
	is "$1: receiver" $status 0
}

# Of four seconds the last one is sent, in one go.
accounts() { # accounts WHAT
	is "$1: lost" "$(json "$work/r.json" '[s["packets"][k] for k in
		("lost", "pending", "duplicate", "reordered")]')" "[0, 0, 0, 0]"
	is "$1: received" "$(json "$work/r.json" 's["packets"]["unique"]')" \
		"$(json "$work/s.json" 's["sent"]["data"]')"
	is "$1: one stream" "$(json "$work/r.json" 'len(r["streams"])')" 1
	is "$1: its clock holds" "$(json "$work/r.json" \
		's["playout"]["resyncs"]')" 0
	is "$1: skipped" "$(json "$work/s.json" \
		'2.9 < s["sent"]["skipped_s"]')" True
	says send.err "skipped     "
}

listening recv --once -o "$work/out.wav" --json "$work/r.json"
start send "$SILBO" send tone "127.0.0.1:$port" -d 8s --json "$work/s.json"
stopped send
accounts file
says send.err "was held up for "
says send.err " frames skipped"
# 8 s and the delay of the codec, in frames, of which each is sent or skipped.
is "each frame once" "$(json "$work/s.json" \
	'round(s["sent"]["data"] + s["sent"]["skipped_s"] * 50, 3)')" 401.0
is "as long as it would have been" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" 384000

# What is captured live, and lost by who captures while the pipe is full.
mkfifo "$work/live"
python3 -c 'import os, sys, time
fd = os.open(sys.argv[1], os.O_WRONLY)
os.set_blocking(fd, False)
t = time.monotonic()
for i in range(400):
    time.sleep(max(0, t + i / 50 - time.monotonic()))
    try:
        os.write(fd, b"\0\x20" * 960)
    except BlockingIOError:
        pass' "$work/live" &
pids="$pids $!"
listening recv --once -o "$work/live.wav" --json "$work/r.json"
start send sh -c 'exec "$@" <"$0"' "$work/live" "$SILBO" send - \
	"127.0.0.1:$port" --json "$work/s.json"
stopped send
accounts live
is "live: no shorter than it was" "$(json "$work/r.json" \
	'7.5 * 48000 < s["samples"]')" True
pass
