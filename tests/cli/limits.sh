#!/bin/sh
# SPDX-License-Identifier: MIT
# What is as large as it may be, one more, and a name that is no UTF-8.
. "$(dirname -- "$0")/lib.sh"

# A larger datagram is played, not only accepted: 1250 bytes a frame.
python3 -c 'import sys, wave
w = wave.open(sys.argv[1], "wb")
w.setnchannels(2)
w.setsampwidth(2)
w.setframerate(48000)
w.writeframes(bytes(i * i % 251 for i in range(4 * 48000)))
w.close()' "$work/stereo.wav"
listening large --mtu 1500 --once -o "$work/large.wav" --json "$work/r.json"
run send "$SILBO" send "$work/stereo.wav" "127.0.0.1:$port" -b 500k --mtu 1500
is "large: sender" $status 0
ends large
is "large: overflow" "$(json "$work/r.json" 's["playout"]["overflow"]')" 0
is "large: concealed" "$(json "$work/r.json" 's["playout"]["concealed"]')" 0

# Opus rounds the bytes of a frame to the nearest: 441.25 fit, 441.75 do not.
key room.key
for rate in 88250 176500; do
	frame=$([ $rate = 88250 ] && echo 40ms || echo 20ms)
	set -- -f $frame --mtu 500 --key "$work/room.key" -d 100ms
	run fits "$SILBO" send tone 127.0.0.1:9 -b $rate "$@"
	is "441.25 bytes in $frame" $status 0
	run more "$SILBO" send tone 127.0.0.1:9 -b $((rate * 44175 / 44125)) "$@"
	is "441.75 bytes in $frame" $status 2
	says more.err "a frame of 442 bytes does not fit"
done

# A recording that may not grow ends; the measurement does not.
(
	ulimit -f 100
	exec "$SILBO" recv --port 0 --once -o "$work/short.wav" \
		--json "$work/r.json"
) >"$work/short.out" 2>"$work/short.err" &
echo $! >"$work/short.pid"
pids="$pids $!"
ready short
run send "$SILBO" send tone "127.0.0.1:$port" -d 1500ms
is "short: sender" $status 0
ends short
is "short: exit" $status 1
says short.err "File too large"
is "short: unique" "$(json "$work/r.json" 's["packets"]["unique"]')" 76

# Names of files are bytes.
odd=$work/$(printf 'l\374')
cp "$work/stereo.wav" "$odd"
run bytes "$SILBO" send "$odd" 127.0.0.1:9 -d 100ms --json "$work/s.json"
is "bytes: exit" $status 0
is "bytes: input" "$(json "$work/s.json" \
	'r["config"]["input"].endswith("/l\\xfc")')" True
odd=$work/$(printf '\033[2J')
run bytes "$SILBO" send tone 127.0.0.1:9 -d 100ms --json "$odd/s.json"
is "bytes: exit" $status 1
says bytes.err '\x1b[2J/s.json'
listening bytes --once -o "$odd.wav"
run send "$SILBO" send tone "127.0.0.1:$port" -d 100ms
ends bytes
says bytes.err ' to '
says_not bytes.err "$(printf '\033')"
pass
