#!/bin/sh
# SPDX-License-Identifier: MIT
# R3: a sender whose receiver is absent says so and goes on; a receiver that
# comes later joins late.
. "$(dirname -- "$0")/lib.sh"

port=$(free_ports 1)
start send "$SILBO" send tone "127.0.0.1:$port" --json "$work/s.json"
until_says "$work/send.err" "port unreachable"
sleep 0.5
start recv "$SILBO" recv --port "$port" --null --once --json "$work/r.json"
until_says "$work/recv.err" "stream "
sleep 0.5
kill -INT "$(pid_of send)"
ends send
is "sender's exit" $status 0
is "it said it once" "$(grep -c 'port unreachable"' "$work/send.err")" 1
says send.err "absent: port unreachable"
is "refusals counted" \
	"$(json "$work/s.json" 's["sent"]["errors"]["refused"] > 2')" True
ends recv
is "receiver's exit" $status 0
is "joined late" "$(json "$work/r.json" 's["joined_late"]')" True
is "head not counted as lost" "$(json "$work/r.json" 's["packets"]["lost"]')" 0

# A sender that goes without a word: why that may be is said once.
listening left --null
for time in first second; do
	start gone "$SILBO" send tone "127.0.0.1:$port"
	sleep 0.5
	kill -9 "$(pid_of gone)"
	ends gone
	tries=0
	until [ "$(grep -c "nothing heard" "$work/left.err")" = \
		"$([ $time = first ] && echo 1 || echo 2)" ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail "$time time: no word of it"
		sleep 0.05
	done
done
is "the causes" "$(grep -c "the sender was stopped, or" "$work/left.err")" 1
kill -INT "$(pid_of left)"
ends left

# A receiver that never comes.
run never "$SILBO" send voice "127.0.0.1:$(free_ports 1)" -d 300ms
is "exit" $status 0
says never.err "absent: port unreachable"
pass
