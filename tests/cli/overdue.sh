#!/bin/sh
# SPDX-License-Identifier: MIT
# While a sender is silent without a word, what it should have sent is told live,
# in events, on the terminal and in the report so far; never as lost.
. "$(dirname -- "$0")/lib.sh"

# rows EXPRESSION: of all rows of the events so far.
rows() {
	python3 -c 'import json, sys
rows = []
for line in open(sys.argv[1]):
    if line.endswith("\n"):
        e = json.loads(line)
        rows += e["streams"] if e["event"] == "interval" else []
overdue = [x["overdue"] for x in rows if (x["overdue"] or 0) > 40]
print(eval(sys.argv[2]))' "$work/events.ndjson" "$1"
}

# until_rows EXPRESSION: wait until it is true.
until_rows() {
	tries=0
	until [ "$(rows "$1")" = True ]; do
		tries=$((tries + 1))
		[ $tries -lt 300 ] || fail "never so: $1, but $(rows 'rows[-5:]')"
		sleep 0.1
	done
	checks=$((checks + 1))
}

listening recv --null --json "$work/r.json" --events "$work/events.ndjson"
start send "$SILBO" send tone "127.0.0.1:$port"
until_rows 'sum(x["unique"] for x in rows) > 40'
kill -STOP "$(pid_of send)"
# 50 a second are due: it grows with every interval, and nothing else does.
until_rows 'len(overdue) > 2'
is "it grows" "$(rows 'all(b > a + 20 for a, b in zip(overdue, overdue[1:]))')" \
	True
is "nothing is lost" "$(rows 'sum(x["lost"] for x in rows)')" 0
kill -USR1 "$(pid_of recv)"
until_says "$work/recv.err" "  datagrams"
checks=$((checks + 1))
grep -qE '^  datagrams .* [1-9][0-9]+ overdue' "$work/recv.err" ||
	fail "the report so far tells of nothing overdue"
kill -CONT "$(pid_of send)"
until_rows 'rows[-1]["overdue"] < 10'
kill -INT "$(pid_of send)"
ends send
# The end that it told: nothing more is due.
until_rows 'rows[-1]["unique"] == 0'
is "after the end" "$(rows 'rows[-1]["overdue"]')" 0
kill -INT "$(pid_of recv)"
ends recv
is "at the end" "$(json "$work/r.json" 's["packets"]["overdue"]')" 0

# One that was cut off is still overdue when the receiver ends.
listening cut --null -d 5s --json "$work/cut.json"
start send "$SILBO" send tone "127.0.0.1:$port"
until_says "$work/cut.err" "stream "
sleep 1
kill -KILL "$(pid_of send)"
ends cut
is "cut off" "$(json "$work/cut.json" '[s["tail"], s["packets"]["lost"],
	s["packets"]["overdue"] > 50]')" "['unknown', 0, True]"
says cut.err " overdue"

# On a terminal, each second.
cat >"$work/terminal.py" <<'P'
import os, pty, re, signal, subprocess, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], [sys.argv[1], "recv", "--port", "0", "--null"])
signal.alarm(60)
seen = b""
def until(pattern):
    global seen
    while not re.search(pattern, seen):
        seen += os.read(fd, 4096)
    found, seen = re.search(pattern, seen), b""
    return found
port = until(rb"listening on \S+:(\d+)/udp")[1].decode()
send = subprocess.Popen([sys.argv[1], "send", "tone", "127.0.0.1:" + port],
                        stderr=subprocess.DEVNULL)
until(rb"\rrecv \d\d:\d\d.*  rx ")
send.kill()
send.wait()
first = int(until(rb"  overdue (\d+)  ")[1])
second = int(until(rb"  overdue (\d+)  ")[1])
os.kill(pid, signal.SIGINT)
try:
    while os.read(fd, 4096):
        pass
except OSError:
    pass
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), second > first)
P
if python3 -c 'import pty; pty.openpty()' 2>/dev/null; then
	is "on a terminal" "$(python3 "$work/terminal.py" "$SILBO")" "0 True"
else
	not_checked "the line on a terminal: there are no pseudo-terminals"
fi
pass
