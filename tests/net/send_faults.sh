#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a sender does when the kernel refuses a datagram: every errno that the
# network or the machine may answer is injected into the third of five sends.
# The class must be right, errno kept, and the stream must go on.  And a receiver
# that is interrupted must take its datagrams all the same.
#
#   send_faults.sh PROGRAM     (fault_sender)

set -u
program=$1
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
failed=0

skip()
{
	echo "SKIP: $1"
	exit 77
}

# LeakSanitizer cannot work under ptrace; the leaks are looked for elsewhere.
inject()
{
	ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null \
	    -e "trace=$1" -e "inject=$1:error=$2:when=$3" "$program"
}

# expect ERRNO WHEN ARRIVED LINE [CALL]: the third datagram's line, and how many
# arrived.
expect()
{
	inject "${5-sendto}" "$1" "$2" >"$out" 2>&1
	status=$?
	{
		echo "1 sent"
		echo "2 sent"
		echo "3 $4"
		echo "4 sent"
		echo "5 sent"
		echo "$3 arrived"
	} | diff -u - "$out" && [ $status -eq 0 ] && return
	echo "FAILED: $1 at send $2 (exit $status)"
	failed=1
}

command -v strace >/dev/null || skip "no strace"
strace -qq -o /dev/null true 2>/dev/null || skip "ptrace is not permitted"

expect EAGAIN 3 4 "not sent, local queue full: EAGAIN"
expect ENOBUFS 3 4 "not sent, local queue full: ENOBUFS"
expect ENETUNREACH 3 4 \
    "not sent, network or host unreachable: ENETUNREACH"
expect EHOSTUNREACH 3 4 \
    "not sent, network or host unreachable: EHOSTUNREACH"
expect ENETDOWN 3 4 "not sent, network or host unreachable: ENETDOWN"
expect EHOSTDOWN 3 4 "not sent, network or host unreachable: EHOSTDOWN"
expect EADDRNOTAVAIL 3 4 \
    "not sent, local address not available: EADDRNOTAVAIL"
expect EPERM 3 4 "not sent, not permitted: EPERM"
expect EACCES 3 4 "not sent, not permitted: EACCES"
expect EMSGSIZE 3 4 "not sent, larger than the datagram limit: EMSGSIZE"
expect EIO 3 4 "not sent, system error: EIO"

# Interrupted: sent all the same, however often.
expect EINTR 3 5 "sent"
expect EINTR 3..9 5 "sent"

# The refusal of an earlier datagram: the retry leaves, unless it is refused
# too.
expect ECONNREFUSED 3 5 "sent"
expect ECONNREFUSED 3..4 4 "not sent, port unreachable: ECONNREFUSED"

expect EINTR 2..4 5 "sent" recvmsg

exit $failed
