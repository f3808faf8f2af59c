#!/bin/sh
# SPDX-License-Identifier: MIT
# 300 short streams one after another into one receiver: the last 256 are in the
# report, the others in its sum, and places are used again.
. "$(dirname -- "$0")/lib.sh"
listening recv --null --json "$work/r.json"
PYTHONPATH=$here/../vectors python3 -B - "$port" <<'P' || fail "cannot send"
import os, socket, sys, time
import wire

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
data = {"media_time": 0, "duration": 0, "flags": 0, "format": 0,
        "blocks": [], "payload": b"x", "padded_bytes": 1}
info = dict.fromkeys(wire.INFO_NAMES, 0)
info.update(tag=bytes(8), report_source=bytes(16), name=b"", flags=wire.END)

# At most 60 at a time: each has its place for 2 s after its end.  Those that
# are forgotten come first and alone: of what ends at once, the order is open.
for count in 44, 60, 60, 60, 60, 16:
    for i in range(count):
        source = os.urandom(16)
        sent = 5 if count == 44 else 4
        # Number 1 is lost.
        for n in [0] + list(range(2, sent)):
            s.send(wire.pack_header(wire.DATA, 0, n, source)
                   + wire.pack_body(wire.DATA, data))
        info["next"] = sent
        s.send(wire.pack_header(wire.INFO, 0, 0, source)
               + wire.pack_body(wire.INFO, info))
    time.sleep(3.5)
P
kill -INT "$(pid_of recv)"
ends recv
is "receiver" $status 0
is "in full" "$(json "$work/r.json" 'len(r["streams"])')" 256
is "the last ones" "$(json "$work/r.json" \
	'{x["packets"]["expected"] for x in r["streams"]}')" "{4}"
is "summed up" "$(json "$work/r.json" 'r["streams_forgotten"]')" \
	"{'count': 44, 'expected': 220, 'unique': 176, 'lost': 44}"
is "refused" "$(json "$work/r.json" 'sum(r["datagrams"]["drops"].values())')" 0
is "intervals sum to the totals" "$(json "$work/r.json" '[x["id"]
	for x in r["streams"] if any(x["packets"][k] != sum(y[k]
		for i in r["intervals"] for y in i["streams"] if y["id"] == x["id"])
		for k in ("arrived", "unique", "lost", "duplicate", "reordered"))]')" "[]"
says recv.err "44 earlier streams: 220 expected, 176 received, 44 lost"
pass
