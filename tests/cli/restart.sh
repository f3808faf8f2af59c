#!/bin/sh
# SPDX-License-Identifier: MIT
# R1: a sender that is killed and started again, twenty times or SILBO_RESTARTS
# (100 take less than 60 s), into one receiver: a stream and a file for each start;
# what was killed is closed, tail unknown; rows of the intervals sum to the
# totals of every stream.
. "$(dirname -- "$0")/lib.sh"
key room.key
listening recv --key "$work/room.key" --once -o "$work/out.wav" \
	--json "$work/r.json"
restarts=${SILBO_RESTARTS:-20}
began=$(date +%s)
i=0
while [ $i -lt "$restarts" ]; do
	i=$((i + 1))
	start "send$i" "$SILBO" send tone "127.0.0.1:$port" \
		--key "$work/room.key"
	name=out$([ $i = 1 ] || echo ".$i").wav
	until [ -e "$work/$name.part" ]; do
		kill -0 "$(pid_of recv)" || fail "the receiver has gone"
		sleep 0.02
	done
	sleep 0.3
	kill -9 "$(pid_of "send$i")"
	ends "send$i"
done
echo "$restarts restarts in $(($(date +%s) - began)) s"
start last "$SILBO" send tone "127.0.0.1:$port" -d 1s --key "$work/room.key"
ends last
is "last sender" $status 0
# Without closing the old ones, --once would wait for 10 s of their silence.
before=$(date +%s)
ends recv
is "receiver" $status 0
is "it did not wait for the dead" \
	"$([ $(($(date +%s) - before)) -lt 8 ] && echo yes)" yes
is "streams" "$(json "$work/r.json" 'len(r["streams"])')" $((restarts + 1))
is "tails" "$(json "$work/r.json" '[x["tail"] for x in r["streams"]] == \
	["unknown"] * (len(r["streams"]) - 1) + ["known"]')" True
is "nothing more is due of the dead" "$(json "$work/r.json" \
	'[x["packets"]["overdue"] for x in r["streams"]] == \
	[None] * (len(r["streams"]) - 1) + [0]')" True
is "nothing lost" "$(json "$work/r.json" \
	'sum(x["packets"]["lost"] + x["packets"]["duplicate"] for x in r["streams"])')" 0
is "nothing pending" "$(json "$work/r.json" \
	'sum(x["packets"]["pending"] for x in r["streams"])')" 0
is "each was heard" "$(json "$work/r.json" \
	'all(x["packets"]["unique"] > 10 for x in r["streams"])')" True
is "the last one whole" "$(json "$work/r.json" \
	'r["streams"][-1]["packets"]["expected"]')" 51
is "none forgotten" "$(json "$work/r.json" \
	'r["streams_forgotten"]["count"]')" 0
is "intervals sum to the totals" "$(json "$work/r.json" '[x["id"]
	for x in r["streams"] if any(x["packets"][k] != sum(y[k]
		for i in r["intervals"] for y in i["streams"] if y["id"] == x["id"])
		for k in ("arrived", "unique", "lost", "duplicate", "reordered"))]')" "[]"
is "files" "$(python3 -c 'import sys, wave
print(sum(wave.open(f).getnframes() > 4800 for f in sys.argv[1:]))' \
	"$work"/out*.wav)" $((restarts + 1))
is "one port, few lines of news" \
	"$([ "$(grep -c ': stream ' "$work/recv.err")" -lt $((restarts / 2)) ] &&
		echo yes)" yes
pass
