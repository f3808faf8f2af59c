#!/bin/sh
# SPDX-License-Identifier: MIT
# A receiver that was stopped for a while catches up: every stream of a mix is
# where it would have been, so the mix is as long as it would have been.
. "$(dirname -- "$0")/lib.sh"

streams=8
listening recv --once --mix -o "$work/mix.wav" --json "$work/r.json"
i=0
while [ $i -lt $streams ]; do
	start "send$i" "$SILBO" send tone "127.0.0.1:$port" -d 4s
	i=$((i + 1))
done
until [ "$(wc -c <"$work/mix.wav.part" 2>/dev/null || echo 0)" -gt 96000 ]; do
	sleep 0.05
done
kill -STOP "$(pid_of recv)"
# One that begins while nobody looks is put where it began, not where
# the receiver goes on.
start late "$SILBO" send tone "127.0.0.1:$port" -d 500ms
sleep 1.5
kill -CONT "$(pid_of recv)"
ends recv
is "exit" $status 0
is "every stream is whole" "$(json "$work/r.json" \
	'[x["samples"] for x in r["streams"]].count(192000)')" $streams
# What waited in the socket had come in time.
is "late" "$(json "$work/r.json" '(r["datagrams"]["socket_drops"] or 0) > 0 or \
	sum(x["playout"]["late"] for x in r["streams"]) < 100')" True
checks=$((checks + 1))
python3 - "$work/mix.wav" "$work/r.json" <<'P' || fail "the length of the mix"
import json, sys, wave
mixed = wave.open(sys.argv[1]).getnframes() / 48000
ran = json.load(open(sys.argv[2]))["duration_s"]
print("%.2f s of sound in a run of %.2f s" % (mixed, ran))
sys.exit(mixed > ran + 1 or mixed < 4)
P

# Nor does a reader lose any of it that takes what it gets, if not at once.
mkfifo "$work/sound"
python3 - "$work/sound" "$work/samples" <<'P' &
import os, sys, time
pipe = os.open(sys.argv[1], os.O_RDONLY)
with open(sys.argv[2], "wb", 0) as out:
    while piece := os.read(pipe, 65536):
        out.write(piece)
        time.sleep(.01)
P
pids="$pids $!"
reader=$!
start piped sh -c 'exec "$@" >"$0"' "$work/sound" "$SILBO" recv --port 0 \
	--once -o - --json "$work/r.json"
ready piped
start send "$SILBO" send tone "127.0.0.1:$port" -d 5s
until [ "$(wc -c <"$work/samples" 2>/dev/null || echo 0)" -gt 48000 ]; do
	sleep 0.05
done
kill -STOP "$(pid_of piped)"
sleep 3.5
kill -CONT "$(pid_of piped)"
ends piped
is "a pipe: exit" $status 0
wait $reader
says_not piped.err "did not take"
says_not piped.err "not read fast"
is "a pipe: samples" "$(($(wc -c <"$work/samples") / 2))" \
	"$(json "$work/r.json" 's["samples"]')"
pass
