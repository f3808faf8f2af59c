#!/bin/sh
# SPDX-License-Identifier: MIT
# Sources that contradict themselves, into a receiver that records: DATA after an
# END that does not count, an END before all DATA, an END that counts less than
# was sent, and a sender that is started again while strangers look for places.
# Nothing is played after its end, and every stream is reported as itself.
. "$(dirname -- "$0")/lib.sh"
cat >"$work/sources.py" <<'P'
import os, socket, sys, time
import wire

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
zero = time.time_ns()

def data(source, numbers, pause=0.02):
    for n in numbers:
        s.send(wire.pack_header(wire.DATA, 0, n, source)
               + wire.pack_body(wire.DATA, {
                   "media_time": zero + n * 20_000_000, "duration": 960,
                   "flags": 0, "format": 1, "blocks": [],
                   "payload": b"\xfc\xff\xfe", "padded_bytes": 3}))
        time.sleep(pause)

def info(source, number, **fields):
    say = dict.fromkeys(wire.INFO_NAMES, 0)
    say.update(tag=bytes(8), report_source=bytes(16), name=b"",
               media_time=zero, origin=zero, channels=1)
    say.update(fields)
    s.send(wire.pack_header(wire.INFO, 0, number, source)
           + wire.pack_body(wire.INFO, say))

def source(i):
    return bytes([i]) * 16
P
export PYTHONPATH="$here/../vectors:$work"

listening recv -o "$work/out.wav" --json "$work/r.json"
python3 -B - "$port" <<'P' || fail "cannot send"
from sources import *

data(source(1), range(4))
info(source(1), 0, next=4, flags=wire.END, age_ns=80_000_000)
time.sleep(0.6)
data(source(1), range(4, 8))
info(source(2), 0, flags=wire.END)
time.sleep(0.3)
data(source(2), range(20))
zero = time.time_ns()
info(source(3), 0)
data(source(3), range(20), 0.003)
info(source(3), 1, next=20, flags=wire.END, samples=5 * 960)

# 4 announces what never comes, and is outlived by 5: it is closed with numbers
# pending, when there are more strangers than places.
zero = time.time_ns()
for _ in range(90):
    data(os.urandom(16), [0], 0)
data(source(4), range(6))
info(source(4), 0, tag=b"same tag", next=6, age_ns=120_000_000)
data(source(5), range(3), 0.03)
info(source(5), 0, tag=b"same tag", next=3)
time.sleep(0.3)
info(source(4), 1, tag=b"same tag", next=40, age_ns=600_000_000)
for n in range(60):
    data(source(5), [3 + n])
    if n % 40 == 20:
        info(source(5), 1 + n, tag=b"same tag", next=4 + n)
    for _ in range(10):
        data(os.urandom(16), [0], 0)
time.sleep(2.5)
P
kill -INT "$(pid_of recv)"
ends recv
is "receiver" $status 0
is "streams, in order" "$(json "$work/r.json" \
	'"".join(x["id"][1] for x in r["streams"])')" 12345
is "counted" "$(json "$work/r.json" \
	'[x["packets"]["unique"] for x in r["streams"]]')" "[8, 20, 20, 6, 63]"
is "pending" "$(json "$work/r.json" \
	'[x["packets"]["pending"] for x in r["streams"][:4]]')" "[0, 0, 0, 0]"
is "what is played ends with the end" "$(python3 -c 'import sys, wave
print([wave.open(f).getnframes() // 960 for f in sys.argv[1:]])' \
	"$work/out.wav" "$work/out.3.wav")" "[4, 5]"
is "no file of what had ended" "$([ -e "$work/out.2.wav" ] || echo none)" none

# A receiver that is held up between an END and the last frame, when strangers
# have taken all places but that one: the stream is still reported as itself.
listening held --null --fixed-delay 500ms --json "$work/h.json" \
	--events "$work/h.events"
python3 -B - "$port" "$(pid_of held)" <<'P' || fail "cannot send"
import signal
from sources import *

for _ in range(300):
    data(os.urandom(16), [0], 0.0005)
info(source(1), 0, tag=b"one of m")
data(source(1), range(10))
info(source(1), 1, tag=b"one of m", next=10, flags=wire.END, samples=9600,
     age_ns=200_000_000)
time.sleep(0.1)
os.kill(int(sys.argv[2]), signal.SIGSTOP)
time.sleep(3)
os.kill(int(sys.argv[2]), signal.SIGCONT)
time.sleep(0.3)
for _ in range(50):
    data(os.urandom(16), [0], 0.001)
time.sleep(1)
P
kill -INT "$(pid_of held)"
ends held
is "held up" $status 0
is "held up: the stream" "$(json "$work/h.json" \
	'[(x["id"][:2], x["packets"]["unique"]) for x in r["streams"]]')" \
	"[('01', 10)]"
pass
