#!/bin/sh
# SPDX-License-Identifier: MIT
# R1: a sender that is killed and started again, five times, into one receiver:
# a stream and a file for each start; what was killed is closed, tail unknown;
# rows of the intervals sum to the totals of every stream.
. "$(dirname -- "$0")/lib.sh"
key room.key
listening recv --key "$work/room.key" --once -o "$work/out.wav" \
	--json "$work/r.json"
for i in 1 2 3 4 5; do
	start "send$i" "$SILBO" send tone "127.0.0.1:$port" \
		--key "$work/room.key"
	name=out$([ $i = 1 ] || echo ".$i").wav
	until_says "$work/recv.err" "$name"
	sleep 0.5
	kill -9 "$(pid_of "send$i")"
	ends "send$i"
done
start last "$SILBO" send tone "127.0.0.1:$port" -d 1s --key "$work/room.key"
ends last
is "last sender" $status 0
# Without closing the old ones, --once would wait for 10 s of their silence.
before=$(date +%s)
ends recv
is "receiver" $status 0
is "it did not wait for the dead" \
	"$([ $(($(date +%s) - before)) -lt 8 ] && echo yes)" yes
is "streams" "$(json "$work/r.json" 'len(r["streams"])')" 6
is "tails" "$(json "$work/r.json" '[x["tail"] for x in r["streams"]]')" \
	"['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'known']"
is "nothing lost" "$(json "$work/r.json" \
	'sum(x["packets"]["lost"] + x["packets"]["duplicate"] for x in r["streams"])')" 0
is "nothing pending" "$(json "$work/r.json" \
	'sum(x["packets"]["pending"] for x in r["streams"])')" 0
is "each was heard" "$(json "$work/r.json" \
	'all(x["packets"]["unique"] > 20 for x in r["streams"])')" True
is "the last one whole" "$(json "$work/r.json" \
	'r["streams"][5]["packets"]["expected"]')" 51
is "none forgotten" "$(json "$work/r.json" \
	'r["streams_forgotten"]["count"]')" 0
is "intervals sum to the totals" "$(json "$work/r.json" '[x["id"]
	for x in r["streams"] if any(x["packets"][k] != sum(y[k]
		for i in r["intervals"] for y in i["streams"] if y["id"] == x["id"])
		for k in ("arrived", "unique", "lost", "duplicate", "reordered"))]')" "[]"
is "files" "$(python3 -c 'import sys, wave
print([wave.open(f).getnframes() > 4800 for f in sys.argv[1:]])' \
	"$work/out.wav" "$work/out.2.wav" "$work/out.3.wav" "$work/out.4.wav" \
	"$work/out.5.wav" "$work/out.6.wav")" \
	"[True, True, True, True, True, True]"
is "one port, one run of news" "$(grep -c ': stream ' "$work/recv.err")" 6
pass
