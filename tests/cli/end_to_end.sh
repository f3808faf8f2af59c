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
pass
