#!/bin/sh
# SPDX-License-Identifier: MIT
# What an option asks for is done: --wait, --complexity, --application; and what
# is said of a terminal where sound would go.  (--fixed-delay: held.sh, --max-age:
# age.sh.)
. "$(dirname -- "$0")/lib.sh"

# ---- --wait: a number that comes half a second late is counted, or lost.
for wait in 100ms 5s; do
	listening recv --null --once --wait $wait --json "$work/$wait.json"
	PYTHONPATH=$here/../vectors python3 -B - "$port" <<'P' || fail "send"
import os, socket, sys, time
import wire

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
source = os.urandom(16)
def send_data(number):
    data = {"media_time": number * 20000000, "duration": 960, "flags": 0,
            "format": 1, "blocks": [], "payload": b"\x08", "padded_bytes": 1}
    s.send(wire.pack_header(wire.DATA, 0, number, source)
           + wire.pack_body(wire.DATA, data))
send_data(0)
send_data(2)
time.sleep(.5)
send_data(1)
info = dict.fromkeys(wire.INFO_NAMES, 0)
info.update(tag=bytes(8), report_source=bytes(16), flags=wire.END, next=3,
            format=1, channels=1, duration=960, name=b"", samples=2880)
s.send(wire.pack_header(wire.INFO, 0, 0, source)
       + wire.pack_body(wire.INFO, info))
P
	ends recv
	is "--wait $wait: receiver" $status 0
done
counts='[s["packets"][k] for k in ("unique", "lost", "late_final")]'
is "--wait 100ms" "$(json "$work/100ms.json" "$counts")" "[2, 1, 1]"
is "--wait 5s" "$(json "$work/5s.json" "$counts")" "[3, 0, 0]"

# ---- A media clock that jumps is told under -v.
listening recv --null -v
PYTHONPATH=$here/../vectors python3 -B - "$port" <<'P' || fail "send"
import os, socket, sys, time
import wire

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
source = os.urandom(16)
for number, seconds in (0, 0), (1, .02), (2, 100), (3, 100.02):
    data = {"media_time": int(seconds * 1e9), "duration": 960, "flags": 0,
            "format": 1, "blocks": [], "payload": b"\x08", "padded_bytes": 1}
    s.send(wire.pack_header(wire.DATA, 0, number, source)
           + wire.pack_body(wire.DATA, data))
    time.sleep(.1)
P
until_says "$work/recv.err" "the media clock was set anew"
kill -INT "$(pid_of recv)"
ends recv
is "media clock: receiver" $status 0

# ---- How it is encoded can be heard, and is the same every time.
heard() { # heard NAME ARG...
	name=$1
	shift
	listening recv --once --fixed-delay 2s -o "$work/$name.wav"
	run send "$SILBO" send voice "127.0.0.1:$port" -d 1s "$@" \
		--json "$work/s.json"
	is "$name: sender" $status 0
	ends recv
	is "$name: receiver" $status 0
	is "$name: asked for" "$(json "$work/s.json" '[str(r["config"][k])
		for k in ("complexity", "application")]')" "$asked"
}
asked="['9', 'audio']"
heard usual
heard again
asked="['0', 'audio']"
heard simple --complexity 0
asked="['9', 'voice']"
heard voice --application voice
is "the same twice" "$(cmp "$work/usual.wav" "$work/again.wav" && echo yes)" yes
for name in simple voice; do
	checks=$((checks + 1))
	! cmp -s "$work/usual.wav" "$work/$name.wav" ||
		fail "$name sounds like the usual"
done

# ---- Samples to a terminal, which would show them as letters.
if python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
run tty python3 -c 'import os, pty, sys
status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))' "$SILBO" recv -o - --port 0
is "a terminal: exit" $status 2
says tty.out "is a terminal"
run tty python3 -c 'import os, pty, sys
status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))' "$SILBO" send - 127.0.0.1:9
is "a terminal to send: exit" $((status > 0)) 1
says tty.out "standard input is a terminal"
else
	not_checked "terminals: there are no pseudo-terminals here"
fi
pass
