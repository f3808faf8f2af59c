#!/bin/sh
# SPDX-License-Identifier: MIT
# R4: whatever sending meets, the frame is dropped and counted by kind, the
# stream goes on, and the receiver's report says how many are missing.
. "$(dirname -- "$0")/lib.sh"

command -v strace >/dev/null 2>&1 || skip "strace is not installed"
strace -qq -e trace=none -o /dev/null true 2>/dev/null ||
	skip "this machine does not permit ptrace"

# fault ERRNO KIND TEXT: every send from the 30th to the 39th fails.
fault() {
	listening recv --null --once --json "$work/r.json"
	run send strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		-e trace=sendto,sendmsg,sendmmsg \
		-e "inject=sendto,sendmsg,sendmmsg:error=$1:when=30..39" \
		"$SILBO" send tone "127.0.0.1:$port" -d 2s --json "$work/s.json"
	is "$1: sender's exit" $status 0
	says send.err "$3"
	ends recv
	is "$1: receiver's exit" $status 0
	errors=$(json "$work/s.json" "s['sent']['errors']['$2']")
	unsent=$(json "$work/s.json" "s['sent']['unsent']")
	# An INFO may be among those that failed.
	is "$1: errors of that kind ($errors)" \
		"$([ "$errors" -ge 9 ] && [ "$errors" -le 10 ] && echo yes)" yes
	is "$1: what did not leave was lost" \
		"$(json "$work/r.json" 's["packets"]["lost"]')" "$unsent"
	is "$1: everything is accounted for" "$(json "$work/r.json" \
		's["packets"]["expected"]')" 101
}
fault EAGAIN busy "temporarily unavailable"
fault ENOBUFS busy "No buffer space"
fault ENETUNREACH unreachable "Network is unreachable"
fault EHOSTUNREACH unreachable "No route to host"
fault ENETDOWN unreachable "Network is down"
fault EADDRNOTAVAIL no_address "assign"
fault EPERM denied "not permitted"
fault EMSGSIZE too_large "too long"

# EINTR is retried: nothing is lost.
listening recv --null --once --json "$work/r.json"
run send strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		-e trace=sendto,sendmsg,sendmmsg \
	-e "inject=sendto,sendmsg,sendmmsg:error=EINTR:when=30..39" \
	"$SILBO" send tone "127.0.0.1:$port" -d 1s
ends recv
is "EINTR: lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0
is "EINTR: expected" "$(json "$work/r.json" 's["packets"]["expected"]')" 51

# A receiver that cannot wait any more says so, and reports what it has.
start recv strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
	-e trace=ppoll -e inject=ppoll:error=ENOMEM:when=5 \
	"$SILBO" recv --port 0 --null --json "$work/r.json"
ends recv
is "ENOMEM: receiver's exit" $status 1
says recv.err "cannot wait: Cannot allocate memory"
is "ENOMEM: its report" "$(json "$work/r.json" 'r["role"]')" recv

# nowhere WHEN [ERRNO KIND TEXT]: a socket cannot be opened, the WHENth times;
# for want of a route, unless said otherwise.
nowhere() {
	error=${2:-ENETUNREACH} kind=${3:-unreachable}
	text=${4:-Network is unreachable}
	run send strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		-e trace=connect \
		-e "inject=connect:error=$error:when=$1" \
		"$SILBO" send tone "127.0.0.1:$port" -d 1500ms \
		--json "$work/s.json"
	says send.err "$text"
	says_not send.err "Bad file descriptor"
	is "$error: of that kind, and no other" "$(json "$work/s.json" \
		'[k for k, n in s["sent"]["errors"].items() if n > 0]')" \
		"['$kind']"
}
nowhere 1+
is "no route: exit" $status 1
is "no route: nothing left" "$(json "$work/s.json" \
	'[s["sent"][k] for k in ("data", "info", "bytes")]')" "[0, 0, 0]"

# The second attempt follows at once, the third a second later, whatever it was.
while read -r error kind text; do
	listening recv --null --once
	nowhere 1..2 "$error" "$kind" "$text"
	ends recv
	is "$error at first: exit" $status 0
	is "$error at first: what did not leave" "$(json "$work/s.json" \
		'40 < s["sent"]["unsent"] < 60')" True
done <<'T'
ENETUNREACH unreachable Network is unreachable
EACCES denied Permission denied
EPERM denied Operation not permitted
ENOBUFS busy No buffer space available
EMSGSIZE too_large Message too long
T
pass
