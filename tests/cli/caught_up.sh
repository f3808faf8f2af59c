#!/bin/sh
# SPDX-License-Identifier: MIT
# The receiver is stopped for 3 s, as a disk or a debugger may stop it, and is then
# given 600 datagrams at once, more than its ring holds: they came in time, so
# all of them are heard.
. "$(dirname -- "$0")/lib.sh"
listening recv --once --fixed-delay 200ms -o "$work/out.wav" \
	--json "$work/r.json"
start send "$SILBO" send tone "127.0.0.1:$port" --frame 5ms -d 6s
until_says "$work/recv.err" "stream "
kill -STOP "$(pid_of recv)"
sleep 3
kill -CONT "$(pid_of recv)"
ends send
is "sender" $status 0
ends recv
is "receiver" $status 0
is "lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0
is "recorded" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" 288000
json "$work/r.json" 's["playout"]'
json "$work/r.json" 'r["datagrams"]["stamps_refused"]'
is "too much for the ring" "$(json "$work/r.json" \
	's["playout"]["overflow"]')" 0
# A busy machine may make a sender late, but not by 3 s.
is "made up" "$(json "$work/r.json" 's["playout"]["concealed"] < 100')" True
pass
