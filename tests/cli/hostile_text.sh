#!/bin/sh
# SPDX-License-Identifier: MIT
# Names that would move a cursor, end a line or be a format, from a sender that
# may name itself: everything people are shown is printable ASCII, in one line.
. "$(dirname -- "$0")/lib.sh"

listening recv -o "$work/out.wav" --json "$work/r.json"
PYTHONPATH=$here/../vectors python3 -B - "$port" <<'P' || fail "cannot send"
import os, socket, sys
import wire

names = [b"\x1b[2J\x1b]0;owned\x07", b"two\nlines\rand\ttab", b"\xc2\x9b2J\x9b",
         b"%n%s%100000d%p", "\u00fc\u6f22\u202e\U0001f600".encode(),
         b"\\x1b\\", b"\x7f\x08\x08", b"\x1b" * 32, b"\xff" * 32]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
data = {"media_time": 0, "duration": 960, "flags": 0, "format": 1,
        "blocks": [], "payload": b"\x08", "padded_bytes": 1}
info = dict.fromkeys(wire.INFO_NAMES, 0)
info.update(tag=bytes(8), report_source=bytes(16), flags=wire.END, next=1,
            format=1, channels=1, duration=960)
for name in names:
    source = os.urandom(16)
    info["name"] = name
    s.send(wire.pack_header(wire.DATA, 0, 0, source)
           + wire.pack_body(wire.DATA, data))
    s.send(wire.pack_header(wire.INFO, 0, 0, source)
           + wire.pack_body(wire.INFO, info))
P
tries=0
# Until all are played: their reports have everything then.
while [ "$(ls "$work" | grep -c '^out.*wav')" -lt 9 ]; do
	tries=$((tries + 1))
	[ $tries -lt 400 ] || fail "not every stream was played"
	sleep 0.05
done
kill -INT "$(pid_of recv)"
ends recv
is "receiver" $status 0
is "streams" "$(json "$work/r.json" 'len(r["streams"])')" 9
is "names" "$(json "$work/r.json" \
	'sum(1 for x in r["streams"] if x["name"])')" 9
# A dash between two numbers is ours.
says recv.err "ms mean ("
for file in recv.err r.json; do
	is "$file: not printable" "$(python3 -c 'import re, sys
text = re.sub(rb"(?<=\d)\xe2\x80\x93(?=\d)", b"-", open(sys.argv[1], "rb").read())
print(sorted({c for c in text if c != 10 and not 32 <= c < 127}))' \
		"$work/$file")" "[]"
done
# Nor does whoever parses the report meet one.
is "names: not printable" "$(json "$work/r.json" \
	'[x["name"] for x in r["streams"] if not (x["name"].isascii()
		and x["name"].isprintable())]')" "[]"
says recv.err "'\\x1b[2J\\x1b]0;owned\\x07'"
says recv.err "'two\\x0alines\\x0dand\\x09tab'"
says recv.err "'\\xc2\\x9b2J\\x9b'"
says recv.err "'%n%s%100000d%p'"
says recv.err "'\\x5cx1b\\x5c'"
pass
