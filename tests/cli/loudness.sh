#!/bin/sh
# SPDX-License-Identifier: MIT
# -q, -v and what a terminal gets: nothing is coloured, a line is redrawn where
# that is possible, and no escape is printed anywhere else.
. "$(dirname -- "$0")/lib.sh"

for command in "recv --null" "send tone 127.0.0.1"; do
	# shellcheck disable=SC2086
	run both "$SILBO" $command -q -v
	is "$command: -q and -v" $status 2
	says both.err "-q and -v exclude one another"
done

# Beside the sender strangers throw a hundred INFOs about, each of its own source.
listening loud --null --once -v
PYTHONPATH=$here/../vectors python3 -B - "$port" <<'P' || fail "cannot send"
import os, socket, sys
import wire

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
info = dict.fromkeys(wire.INFO_NAMES, 0)
info.update(tag=bytes(8), report_source=bytes(16), name=b"")
for _ in range(100):
    s.sendto(wire.pack_header(wire.INFO, 0, 0, os.urandom(16))
             + wire.pack_body(wire.INFO, info), ("127.0.0.1", int(sys.argv[1])))
P
run send "$SILBO" send tone "127.0.0.1:$port" -d 1s -v
ends loud
says loud.err "bytes granted, arrivals stamped"
says loud.err ": INFO"
says loud.err ": INFO, END"
says send.err "tried 127.0.0.1:$port/udp: socket open"
is "not per datagram" "$(test "$(wc -l <"$work/loud.err")" -lt 40 ||
	echo many)" ""

listening calm --null --once
run send "$SILBO" send tone "127.0.0.1:$port" -d 1s
ends calm
says_not calm.err ": INFO"
says_not calm.err "granted"

# Of escapes a terminal gets only the redrawing, a dumb one and a file none.
cat >"$work/terminal.py" <<'P'
import os, pty, re, sys
chunks = []
def read(fd):
    data = os.read(fd, 4096)
    chunks.append(data)
    return data
os.environ["TERM"] = sys.argv[1]
status = pty.spawn(sys.argv[2:], read)
text = b"".join(chunks)
print("redrawn", text.count(b"\r\x1b[K") > 0 or text.count(b"\x1b[K") > 0,
      "else", len(re.sub(rb"\x1b\[K", b"", text).split(b"\x1b")) - 1,
      "status", os.waitstatus_to_exitcode(status), file=sys.stderr)
P
if python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
	for colour in "" 1; do
		for term in xterm-256color dumb; do
			[ $term = dumb ] && redrawn=False || redrawn=True
			run tty env NO_COLOR=$colour python3 -B "$work/terminal.py" $term \
				"$SILBO" recv --port 0 --null -d 1500ms
			is "on $term" "$(cat "$work/tty.err")" \
				"redrawn $redrawn else 0 status 3"
		done
	done
else
	not_checked "terminals: there are no pseudo-terminals here"
fi
is "escapes in files" "$(cat "$work/loud.err" "$work/calm.err" |
	tr -d -c '\033' | wc -c)" 0
pass
