#!/bin/sh
# SPDX-License-Identifier: MIT
# Anybody can begin streams without a key, and end them at once: a few are told
# one by one, then a line in 5 s says how many there were.
. "$(dirname -- "$0")/lib.sh"

# A directory that is gone makes each of them fail, too.
mkdir "$work/gone"
listening recv -o "$work/gone/out.wav" --json "$work/r.json"
rm -r "$work/gone"
PYTHONPATH=$here/../vectors python3 -B - "$port" <<'P' || fail "cannot send"
import os, socket, sys, time
import wire

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
data = {"media_time": 0, "duration": 960, "flags": 0, "format": 1,
        "blocks": [], "payload": b"\x08", "padded_bytes": 1}
info = dict.fromkeys(wire.INFO_NAMES, 0)
info.update(tag=bytes(8), report_source=bytes(16), flags=wire.END, next=1,
            format=1, channels=1, duration=960, name=b"")
begun = time.monotonic()
while time.monotonic() < begun + 6:
    source = os.urandom(16)
    s.send(wire.pack_header(wire.DATA, 0, 0, source)
           + wire.pack_body(wire.DATA, data))
    s.send(wire.pack_header(wire.INFO, 0, 0, source)
           + wire.pack_body(wire.INFO, info))
    time.sleep(.02)
P
kill -INT "$(pid_of recv)"
ends recv
is "exit" $status 1
is "streams" "$(json "$work/r.json" 'len(r["streams"]) > 50')" True
checks=$((checks + 1))
python3 - "$work/recv.err" "$work/r.json" <<'P' || fail "lines"
import collections, json, re, sys
told = [re.sub(r"\b[0-9a-f]{4}\b|\d+", "#", x)
        for x in open(sys.argv[1]) if x.startswith("silbo recv:")]
most = 4 + json.load(open(sys.argv[2]))["duration_s"] // 5
counted = collections.Counter(told)
print(len(told), "lines:", counted.most_common(4))
sys.exit(max(counted.values()) > most or len(told) > 20)
P
says recv.err "more streams"
pass
