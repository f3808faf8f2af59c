# SPDX-License-Identifier: MIT
# Sourced by the tests of the command line.  SILBO and RELAY name the programs.
#
# No test depends on absolute time: waiting is for a condition, with a limit that
# is only there so that a fault does not hang the run.

set -u
: "${SILBO:?path of the silbo program}"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
pids=
checks=0

finish() {
	for pid in $pids; do kill -9 "$pid" 2>/dev/null || true; done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

fail() {
	echo "FAIL: $*" >&2
	for f in "$work"/*.err "$work"/*.out; do
		[ -s "$f" ] && { echo "--- ${f##*/}"; cat "$f"; } >&2
	done
	exit 1
}

skip() {
	echo "SKIP: ${0##*/}: $*"
	exit 77
}

# A part of a test that this machine cannot do, said by name.
not_checked() {
	echo "NOT CHECKED: ${0##*/}: $*"
}

pass() {
	[ "$checks" -gt 0 ] || fail "this test checked nothing"
	echo "${0##*/}: $checks checks passed"
	exit 0
}

# N free UDP ports of this machine, in one line.
free_ports() {
	python3 - "$1" <<'P'
import socket, sys
s = [socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
     if socket.has_ipv6 else socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
     for _ in range(int(sys.argv[1]))]
def bind(x):
    try:
        x.bind(("", 0))
        return x
    except OSError:
        y = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        y.bind(("", 0))
        return y
s = [bind(x) for x in s]
print(*[x.getsockname()[1] for x in s])
P
}

have_ipv6() {
	python3 -c 'import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("::1", 0))' 2>/dev/null
}

# until_says FILE TEXT: wait until a growing file contains the text.
until_says() {
	tries=0
	until grep -qF -- "$2" "$1" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 400 ] || fail "${1##*/} never said: $2"
		# Whoever has ended says nothing more: look once again, then give up.
		pid=$(cat "${1%.err}.pid" 2>/dev/null || echo $$)
		kill -0 "$pid" 2>/dev/null || [ $tries -ge 398 ] || tries=398
		sleep 0.05
	done
}

# start NAME COMMAND...: in the background; NAME.out NAME.err NAME.pid.
start() {
	name=$1
	shift
	rm -f "$work/$name.out" "$work/$name.err"
	"$@" >"$work/$name.out" 2>"$work/$name.err" &
	echo $! >"$work/$name.pid"
	pids="$pids $!"
}

pid_of() { cat "$work/$1.pid"; }

# ends NAME: wait for it; its exit status in $status.
ends() {
	status=0
	wait "$(pid_of "$1")" || status=$?
}

# ready NAME: wait until the receiver that was started so listens; port in $port.
ready() {
	until_says "$work/$1.err" "listening on"
	port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' \
		"$work/$1.err" | head -n 1)
}

# listening NAME ARG...: a receiver on a port of its own, ready; port in $port.
listening() {
	name=$1
	shift
	start "$name" "$SILBO" recv --port 0 "$@"
	ready "$name"
}

# run NAME COMMAND...: to its end; exit status in $status.
run() {
	name=$1
	shift
	status=0
	"$@" >"$work/$name.out" 2>"$work/$name.err" </dev/null || status=$?
}

is() { # is WHAT GOT WANTED
	checks=$((checks + 1))
	[ "$2" = "$3" ] || fail "$1: got '$2', wanted '$3'"
}

says() { # says FILE TEXT
	checks=$((checks + 1))
	grep -qF -- "$2" "$work/$1" || fail "$1 does not say: $2"
}

says_not() { # says_not FILE TEXT
	checks=$((checks + 1))
	! grep -qF -- "$2" "$work/$1" || fail "$1 says: $2"
}

# json FILE EXPRESSION: evaluate a Python expression on the object r.  What silbo
# has written it reads: its figures agree with one another.
json() {
	if grep -q '"schema": *"silbo.report/' "$1" 2>/dev/null; then
		"$SILBO" report "$1" >/dev/null || fail "$1 is not read"
	fi
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
s = r["streams"][0] if r["streams"] else None
print(eval(sys.argv[2]))' "$1" "$2"
}

# Where a test says that nothing came too late to play: a sender that a busy
# machine held up for most of the play-out delay (60 ms, of which frames of a pipe
# may take 40), by its own account of its departures, shows nothing by what did;
# and what was made up meanwhile behind the end is in a pipe already.  The reports
# are r.json and s.json.
undisturbed() {
	late=$(json "$work/r.json" 's["playout"]["late"]')
	held=$(json "$work/s.json" 'round(s["sent"]["lateness_ms"]["max"])')
	[ "$late" -eq 0 ] || [ "$held" -le 50 ]
}

# calmly COMMAND...: up to three times, until it was not disturbed.
calmly() {
	for _ in 1 2 3; do
		"$@"
		! undisturbed || break
	done
}

# in_time WHAT: nothing came too late.  False where that shows nothing.
in_time() {
	if undisturbed; then
		is "$1: late" "$late" 0
	else
		not_checked "$1: late: the sender was held up for $held ms"
		return 1
	fi
}

key() { # key NAME: make a key file
	"$SILBO" keygen -o "$work/$1" >/dev/null 2>&1 || fail "keygen $1"
}

at() { # at ADDRESS PORT: as people write it
	case $1 in
	*:*) echo "[$1]:$2" ;;
	*) echo "$1:$2" ;;
	esac
}

# asks NAME [ARG...]: a Python program on standard input, which may import prober
# and wire, asks who listens on $port, and sees what it should.
asks() {
	asker=$1
	shift
	cat >"$work/$asker.py"
	checks=$((checks + 1))
	PYTHONPATH=$here:$here/../vectors python3 -B "$work/$asker.py" "$port" \
		"$@" >"$work/$asker.seen" 2>&1 || {
		cat "$work/$asker.seen" >&2
		fail "$asker: the prober saw something else"
	}
}
