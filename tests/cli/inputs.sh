#!/bin/sh
# SPDX-License-Identifier: MIT
# Every format, rate, number of channels, frame and bit rate: what is recorded is
# as long as what was sent, to the sample.
. "$(dirname -- "$0")/lib.sh"
: "${SOUNDS:?path of the program that makes files}"

# begin: a receiver for many streams.  add NAME SAMPLES CHANNELS ARG...: one of
# them.  settle: all of them have arrived, as long as they were.
begin() {
	mkdir -p "$work/out"
	listening recv -o "$work/out/x.wav" --mtu 1400 --json "$work/r.json"
	: >"$work/wanted"
	running=
}
add() {
	echo "$1 $2 $3" >>"$work/wanted"
	ln -sf "$4" "$work/$1"
	name=$1
	shift 4
	"$SILBO" send "$work/$name" "127.0.0.1:$port" --mtu 1400 "$@" \
		2>"$work/$name.err" &
	running="$running $!"
}
land() {
	for pid in $running; do
		wait "$pid" || fail "a sender ended with $?"
	done
	running=
}
settle() {
	land
	# END is told five times; all that is pending has come over loopback.
	sleep 0.5
	kill -INT "$(pid_of recv)"
	ends recv
	is "receiver" $status 0
	python3 - "$work/r.json" "$work/wanted" <<'P' || fail "not as sent"
import json, sys, wave
streams = {s["name"]: s for s in json.load(open(sys.argv[1]))["streams"]}
bad = 0
for line in open(sys.argv[2]):
    name, samples, channels = line.split()
    s = streams.pop(name)
    w = wave.open(s["file"])
    got = (w.getnframes(), w.getnchannels(), s["samples"],
           s["playout"]["undecodable"], s["playout"]["overflow"])
    if got != (int(samples), int(channels), int(samples), 0, 0):
        print(name, "is", got, "wanted", samples, channels)
        bad = 1
sys.exit(bad or len(streams))
P
	checks=$((checks + $(wc -l <"$work/wanted")))
	rm -r "$work/out"
}

mkdir "$work/in"
# The Vorbis encoder leaks, which is not ours to test.
ASAN_OPTIONS=detect_leaks=0 "$SOUNDS" "$work/in" >"$work/list" || fail "cannot make the files"
begin
n=0
while read -r file samples channels; do
	add "$file" "$samples" "$channels" "$work/in/$file" --complexity 0
	n=$((n + 1))
	[ $((n % 8)) -ne 0 ] || land
done <"$work/list"
is "files" $n 31
settle

# Frames and bit rates, constant and variable.  A payload of Opus has at most
# 1275 bytes: what cannot fit is refused before anything is sent.
begin
n=0 refused=0
for frame in 2.5 5 10 20 40 60; do
	for rate in 6000 24000 96000 510000; do
		for vbr in "" --vbr; do
			bytes=$(awk "BEGIN { print int(($rate * $frame / 1000 + 4) / 8) }")
			if [ "$bytes" -gt 1275 ]; then
				run refused "$SILBO" send "$work/in/44100.2.wav" \
					127.0.0.1:9 -f ${frame}ms -b $rate \
					--mtu 1400
				is "$frame ms at $rate" $status 2
				refused=$((refused + 1))
				continue
			fi
			add "f$frame.$rate$vbr" 16008 2 "$work/in/44100.2.wav" \
				-f ${frame}ms -b $rate $vbr
			n=$((n + 1))
			[ $((n % 8)) -ne 0 ] || land
		done
	done
done
is "refused" $refused 4
settle

# Variable sizes give away what is said: not with a key.
key room.key
run leak "$SILBO" send "$work/in/44100.2.wav" 127.0.0.1:9 --vbr \
	--key "$work/room.key"
is "--vbr with a key" $status 2
says leak.err "RFC 6562"
# and they do vary, without one, up to what fits a datagram
listening peaks --once --null --json "$work/r.json"
run send "$SILBO" send voice -c 2 "127.0.0.1:$port" -d 2s --vbr -b 460k
is "--vbr at the limit" $status 0
ends peaks
is "--vbr at the limit: received" "$(json "$work/r.json" \
	's["packets"]["unique"]')" 101
listening vbr --once --null --json "$work/r.json"
run send "$SILBO" send voice "127.0.0.1:$port" -d 2s --vbr --json "$work/s.json"
ends vbr
is "bit rate of --vbr" "$(json "$work/s.json" \
	'abs(s["codec"]["bitrate_bps"] - 32000) > 200')" True
pass
