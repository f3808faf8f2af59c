#!/bin/sh
# SPDX-License-Identifier: MIT
# Keys that differ, plain against sealed, nothing at all: exit status, counter,
# remedy, and no file.
. "$(dirname -- "$0")/lib.sh"
key a.key
key b.key

# mismatch NAME RECV_KEY SEND_KEY COUNTER TEXT
mismatch() {
	set -- "$1" "${2:+--key $work/$2}" "${3:+--key $work/$3}" "$4" "$5"
	# shellcheck disable=SC2086
	listening "$1" $2 -o "$work/$1.wav" --json "$work/$1.json"
	# shellcheck disable=SC2086
	run "$1.send" "$SILBO" send voice "127.0.0.1:$port" -d 200ms $3
	is "$1: sender's exit" $status 0
	kill -INT "$(pid_of "$1")"
	ends "$1"
	is "$1: exit" $status 5
	[ ! -e "$work/$1.wav" ] || fail "$1: wrote a file"
	is "$1: accepted" "$(json "$work/$1.json" 'r["datagrams"]["accepted"]')" 0
	is "$1: every datagram in one counter" "$(json "$work/$1.json" \
		"r['datagrams']['drops']['$4'] == r['datagrams']['received'] > 10")" True
	says "$1.err" "$5"
	says "$1.err" "drop_$4"
}
mismatch wrong_key a.key b.key wrong_key "another key"
mismatch keyed_hears_plain a.key "" plain "not encrypted"
mismatch plain_hears_sealed "" a.key encrypted "no key was given"

# Nothing comes: 3, with a report all the same.
run nothing "$SILBO" recv --port 0 --null -d 300ms --json "$work/nothing.json"
is "nothing received" $status 3
is "its report" "$(json "$work/nothing.json" 'r["datagrams"]["received"]')" 0

# A stranger who tells no time, in DATA without a body, has no clock that could be
# wrong.
listening timeless --null --json "$work/timeless.json"
python3 -c 'import socket, sys
import time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for n in range(3):
    s.sendto(b"\x10\0" + bytes(5) + bytes([n]) + bytes(16),
             ("127.0.0.1", int(sys.argv[1])))
    time.sleep(0.05)' "$port"
until_says "$work/timeless.err" "stream "
kill -INT "$(pid_of timeless)"
ends timeless
is "timeless: exit" $status 0
says_not timeless.err "clock"

# Both keys at the receiver: either sender is heard.
{ grep silbo1: "$work/b.key"; grep silbo1: "$work/a.key"; } >"$work/both.key"
chmod 600 "$work/both.key"
listening both --key "$work/both.key" --null --once --json "$work/both.json"
start s1 "$SILBO" send voice "127.0.0.1:$port" -d 300ms --key "$work/a.key"
start s2 "$SILBO" send tone "127.0.0.1:$port" -d 300ms --key "$work/b.key"
ends s1
ends s2
ends both
is "two keys: exit" $status 0
is "two keys: streams" "$(json "$work/both.json" 'len(r["streams"])')" 2
pass
