#!/bin/sh
# SPDX-License-Identifier: MIT
# EINTR in every second call of all that wait, send or take: nothing is lost,
# nothing ends, nothing is counted.
. "$(dirname -- "$0")/lib.sh"
command -v strace >/dev/null 2>&1 || skip "strace is not installed"
strace -qq -e trace=none -o /dev/null true 2>/dev/null ||
	skip "this machine does not permit ptrace"
calls=ppoll,recvmsg,sendto,poll

# interrupted COMMAND...
interrupted() {
	strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		-e trace=$calls -e "inject=$calls:error=EINTR:when=2+2" "$@"
}

start recv strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
	-e trace=$calls -e "inject=$calls:error=EINTR:when=2+2" \
	"$SILBO" recv --port 0 --once --null --json "$work/r.json"
ready recv
absent=$(free_ports 1)
run send interrupted "$SILBO" send voice "127.0.0.1:$port" \
	"127.0.0.1:$absent" -d 2s --json "$work/s.json"
is "sender" $status 0
ends recv
is "receiver" $status 0
is "packets" "$(json "$work/r.json" '[s["packets"][k] for k in
	("expected", "unique", "lost", "duplicate", "reordered")]')" \
	"[101, 101, 0, 0, 0]"
is "nothing stayed here" "$(json "$work/s.json" \
	'[t["unsent"] for t in s["targets"]]')" "[0, 0]"
is "notices are read all the same" "$(json "$work/s.json" \
	'[t["errors"]["refused"] > 90 for t in s["targets"]]')" "[False, True]"
is "no other error" "$(json "$work/s.json" 'sum(n for k, n in
	s["sent"]["errors"].items() if k != "refused")')" 0
pass
