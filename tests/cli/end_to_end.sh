#!/bin/sh
# SPDX-License-Identifier: MIT
# end_to_end.sh ADDRESS plain|sealed: sender, relay with lists, receiver; the
# report equals the lists, head and tail loss included, and the recording is
# exactly as long as what was sent.
. "$(dirname -- "$0")/lib.sh"

address=$1
mode=$2
[ "$address" != ::1 ] || have_ipv6 || skip "no IPv6 loopback here"
set --
[ "$mode" = plain ] || { key room.key; set -- --key "$work/room.key"; }

drop=0-2,40,77-85,120,200
repeat=20-24,90,199
delay=55,150
# 4 s in frames of 20 ms, and what pushes the codec's delay out.
sent=201

listening recv "$@" --once -o "$work/out.wav" --json "$work/r.json"
relay_port=$(free_ports 1)
start relay "$RELAY" "$(at $address $relay_port)" "$(at $address $port)" \
	$drop $repeat $delay
until_says "$work/relay.out" "ready"
run send "$SILBO" send voice "$(at $address $relay_port)" -d 4s "$@" \
	--json "$work/s.json"
is "sender's exit" $status 0
ends recv
is "receiver's exit" $status 0
kill "$(pid_of relay)"
ends relay

python3 "$here/check_report.py" "$work/r.json" $sent $drop $repeat $delay ||
	fail "report"
checks=$((checks + 1))
is "encrypted" "$(json "$work/r.json" 's["encrypted"]')" \
	"$([ "$mode" = plain ] && echo False || echo True)"
is "same id at both ends" "$(json "$work/r.json" 's["id"]')" \
	"$(json "$work/s.json" 's["id"]')"
is "sent, by the sender" "$(json "$work/s.json" 's["sent"]["data"]')" $sent
is "samples recorded" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" 192000
is "samples reported" "$(json "$work/r.json" 's["samples"]')" 192000
says recv.err "expected"
says recv.err "15 lost"
says recv.err "7 duplicated"
says send.err "late"

# The first two that tell the end are lost: 125 ms, twice the delay of play-out.
cat >"$work/lose_ends.py" <<'P'
import socket, sys
address, here, there, last = sys.argv[1], *map(int, sys.argv[2:])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
a, b = (socket.socket(family, socket.SOCK_DGRAM) for _ in "ab")
a.bind((address, here))
print("ready", flush=True)
ended = lost = 0
while True:
    datagram = a.recv(2048)
    kind, number = datagram[0] & 15, int.from_bytes(datagram[2:8], "big")
    if kind == 1 and ended and lost < 2:
        lost += 1
        continue
    ended |= kind == 0 and number == last
    b.sendto(datagram, (address, there))
P
listening late "$@" --once -o "$work/late.wav" --json "$work/late.json"
start lose_ends python3 "$work/lose_ends.py" $address $relay_port $port 25
until_says "$work/lose_ends.out" ready
run short "$SILBO" send tone "$(at $address $relay_port)" -d 500ms "$@"
ends late
kill "$(pid_of lose_ends)"
is "receiver's exit, late end" $status 0
is "samples recorded, late end" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/late.wav")" 24000
is "concealed, late end" \
	"$(json "$work/late.json" 's["playout"]["concealed"]')" 0
pass
