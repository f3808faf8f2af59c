#!/bin/sh
# SPDX-License-Identifier: MIT
# What is as large as it may be.
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
pass
