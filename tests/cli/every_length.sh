#!/bin/sh
# SPDX-License-Identifier: MIT
# Datagrams of every length to 2000 and of many to the longest there is, as noise
# and behind a header that looks right; then a stream, which is heard in full.
. "$(dirname -- "$0")/lib.sh"

hurl() { # hurl MODE MTU [--key FILE]: and the stream that ends the receiver
	mode=$1
	mtu=$2
	what="mode $1, largest $2"
	shift 2
	listening recv --mtu "$mtu" "$@" --null --once --json "$work/r.json"
	sent=$(python3 - "$port" "$mode" <<'P'
import os, random, socket, sys, time

s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("127.0.0.1", int(sys.argv[1])))
random.seed(int(sys.argv[2]))
sent = 0
for length in list(range(2001)) + list(range(2001, 65508, 509)) + [65507]:
    noise = random.randbytes(length)
    header = (bytes([0x10 | length % 7, int(sys.argv[2])])
              + (length % 3).to_bytes(6, "big") + os.urandom(16))
    for datagram in noise, (header + noise[24:])[:length]:
        s.send(datagram)
        sent += 1
    if length % 8 == 0 or length > 2000:
        time.sleep(0.002)  # the socket holds so much and no more
print(sent)
P
	) || fail "$what: cannot send"
	kill -0 "$(pid_of recv)" || fail "$what: it is gone"
	run send "$SILBO" send tone "127.0.0.1:$port" -d 200ms "$@"
	is "$what: sender" $status 0
	ends recv
	is "$what: receiver" $status 0
	is "$what: received are accepted or refused" "$(json "$work/r.json" \
		'(lambda d: d["received"] - d["accepted"]
			- sum(d["drops"].values()))(r["datagrams"])')" 0
	# Of the stream's own, 16 INFO at most, not all need be read.
	is "$what: all are told" "$(json "$work/r.json" \
		"(11 < r['datagrams']['received'] - $sent +
			(r['datagrams']['socket_drops'] or 0) <= 11 + 16)")" True
	is "$what: one stream" "$(json "$work/r.json" 'len(r["streams"])')" 1
	is "$what: lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0
	json "$work/r.json" 'r["datagrams"]'
}

key room.key
hurl 0 1200
is "too long" "$(json "$work/r.json" \
	'r["datagrams"]["drops"]["oversize"] > 1600')" True
hurl 0 65507
is "none too long" "$(json "$work/r.json" \
	'r["datagrams"]["drops"]["oversize"]')" 0
hurl 1 65507 --key "$work/room.key"
pass
