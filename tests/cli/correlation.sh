#!/bin/sh
# SPDX-License-Identifier: MIT
# correlation.sh CLIP: the speech clip, sealed, at 32 kb/s over a perfect road:
# received exactly as long as it is, and correlated with it >= 0.90.
. "$(dirname -- "$0")/lib.sh"
clip=$1
key room.key
listening recv --key "$work/room.key" --once -o "$work/out.wav" \
	--json "$work/r.json"
run send "$SILBO" send "$clip" "127.0.0.1:$port" --key "$work/room.key"
is "sender" $status 0
ends recv
is "receiver" $status 0
is "lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0
"$WAVCAT" "$clip" >"$work/clip.raw" || fail "cannot read the clip"
python3 - "$work/clip.raw" "$work/out.wav" <<'P' || fail "correlation"
import array, sys, wave
a = array.array("h", open(sys.argv[1], "rb").read())
w = wave.open(sys.argv[2])
b = array.array("h", w.readframes(w.getnframes()))
assert w.getframerate() == 48000 and w.getnchannels() == 1
assert len(a) == len(b), f"{len(a)} samples sent, {len(b)} received"
sab = saa = sbb = 0
for x, y in zip(a, b):
    sab += x * y
    saa += x * x
    sbb += y * y
r = sab / (saa * sbb) ** 0.5
print(f"{len(b)} samples, correlation {r:.4f}")
assert r >= 0.90, r
P
checks=$((checks + 1))
pass
