#!/bin/sh
# SPDX-License-Identifier: MIT
# Whoever presses Ctrl-C waits for no reader: neither of samples nor of events.
. "$(dirname -- "$0")/lib.sh"

# stops NAME SECONDS: after SIGINT it ends in less.
stops() {
	took=$(python3 -c 'import os, signal, sys, time
pid, limit = int(sys.argv[1]), float(sys.argv[2])
began = time.monotonic()
os.kill(pid, signal.SIGINT)
def lives():
    # Nobody has waited for it yet: it stays as a zombie.
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
while lives() and time.monotonic() < began + 10:
    time.sleep(.01)
took = time.monotonic() - began
print("%.2f s" % took, "in time" if took < limit else "late")' \
		"$(pid_of "$1")" "$2")
	echo "$1: $took"
	is "$1: ends after SIGINT" "${took#* s }" "in time"
	ends "$1"
}
[ -e /proc/self/stat ] || skip "/proc is not mounted"

# 4 KiB in 0.3 s, where 28 KiB come.
mkfifo "$work/out"
python3 -c 'import os, sys, time
fd = os.open(sys.argv[1], os.O_RDONLY)
while os.read(fd, 4096):
    time.sleep(.3)' "$work/out" &
pids="$pids $!"
start sound sh -c 'exec "$@" >"$0"' "$work/out" "$SILBO" recv --port 0 -o - \
	--json "$work/sound.json"
until_says "$work/sound.err" "listening on"
port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' "$work/sound.err")
start send "$SILBO" send tone "127.0.0.1:$port"
until_says "$work/sound.err" "not read fast enough"
stops sound 3
is "a slow player: exit" $status 0
says sound.err "did not take"
is "a slow player: report" "$(json "$work/sound.json" 'r["role"]')" recv
kill -INT "$(pid_of send)"
ends send

# Nobody reads the events, at either end.
mkfifo "$work/pipe"
start sleeper python3 -c 'import fcntl, os, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, 1031, 4096)  # F_SETPIPE_SZ
os.set_blocking(fd, False)
try:
    while True:
        os.write(fd, b"x" * 64)
except BlockingIOError:
    print("ready", flush=True)
time.sleep(600)' "$work/pipe"
until_says "$work/sleeper.out" ready
listening events --null --events "$work/pipe" --json "$work/events.json"
start send "$SILBO" send tone "127.0.0.1:$port" --events "$work/pipe"
until_says "$work/events.err" "stream "
stops events 1.5
says events.err "events dropped"
is "nobody reads events: report" "$(json "$work/events.json" 'r["role"]')" recv
stops send 1.5
says send.err "events dropped"
pass
