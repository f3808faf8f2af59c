#!/bin/sh
# SPDX-License-Identifier: MIT
# One sender, several receivers: the same sealed datagrams to each.  A receiver
# that is absent is counted on its own account and disturbs nobody.
. "$(dirname -- "$0")/lib.sh"
key room.key
for i in 1 2 3; do
	listening "recv$i" --key "$work/room.key" --once -o "$work/$i.wav" \
		--json "$work/r$i.json"
	eval "port$i=$port"
done
absent=$(free_ports 1)
start send "$SILBO" send voice "127.0.0.1:$port1" "127.0.0.1:$absent" \
	"127.0.0.1:$port2" "127.0.0.1:$port3" -4 -d 2s --key "$work/room.key" \
	--json "$work/s.json"
ends send
is "sender" $status 0
for i in 1 2 3; do
	ends "recv$i"
	is "receiver $i" $status 0
	is "receiver $i: unique" "$(json "$work/r$i.json" \
		's["packets"]["unique"]')" 101
	is "receiver $i: lost" "$(json "$work/r$i.json" \
		's["packets"]["lost"]')" 0
	is "receiver $i: the same source" \
		"$(json "$work/r$i.json" 's["id"]')" \
		"$(json "$work/s.json" 's["id"]')"
done
cmp "$work/1.wav" "$work/2.wav" || fail "the recordings differ"
cmp "$work/1.wav" "$work/3.wav" || fail "the recordings differ"
is "peers" "$(json "$work/s.json" '[t["peer"] for t in s["targets"]]')" \
	"['127.0.0.1:$port1', '127.0.0.1:$absent', '127.0.0.1:$port2', '127.0.0.1:$port3']"
is "as asked for" "$(json "$work/s.json" '[r["config"][k] for k in
	("targets", "channels", "port", "duration_s")]')" \
	"[['127.0.0.1:$port1', '127.0.0.1:$absent', '127.0.0.1:$port2', '127.0.0.1:$port3'], 1, 7587, 2]"
is "no one peer" "$(json "$work/s.json" 's["peer"]')" None
is "each was sent all" "$(json "$work/s.json" \
	'[(t["sent"], t["unsent"]) for t in s["targets"]]')" \
	"[(101, 0), (101, 0), (101, 0), (101, 0)]"
is "refused by one alone" "$(json "$work/s.json" \
	'[t["errors"]["refused"] > 90 for t in s["targets"]]')" \
	"[False, True, False, False]"
is "errors of the stream are those of its targets" "$(json "$work/s.json" \
	's["sent"]["errors"] == {k: sum(t["errors"][k] for t in s["targets"])
		for k in s["sent"]["errors"]}')" True
is "encoded and sealed once" "$(json "$work/s.json" 's["sent"]["data"]')" 101
says send.err "127.0.0.1:$absent/udp answers \"port unreachable\""
says send.err "to 4 targets"
is "it said so once" "$(grep -c 'port unreachable"' "$work/send.err")" 1

# One that cannot be reached at all: the others hear everything.
if command -v strace >/dev/null 2>&1 &&
	strace -qq -e trace=none -o /dev/null true 2>/dev/null; then
	# It asks the kernel for its interfaces first, by sendto as well.
	run asks strace -E ASAN_OPTIONS=detect_leaks=0 -qq \
		-o "$work/asks.trace" -e trace=sendto "$SILBO" send voice \
		"127.0.0.1:$absent" "127.0.0.1:$port1" -d 100ms
	asked=$(grep -n "NULL, 0)" "$work/asks.trace" | head -n 1 | cut -d: -f1)
	asked=$((${asked:-1} - 1))
	for first in 1 2; do
		listening recv1 --null --once --json "$work/r1.json"
		to="127.0.0.1:$absent 127.0.0.1:$port"
		[ $first = 1 ] || to="127.0.0.1:$port 127.0.0.1:$absent"
		# shellcheck disable=SC2086
		run send strace -E ASAN_OPTIONS=detect_leaks=0 -qq \
			-o /dev/null -e trace=sendto \
			-e "inject=sendto:error=EPERM:when=$((asked + first))+2" \
			"$SILBO" send voice $to -d 1s --json "$work/s.json"
		is "exit" $status 0
		ends recv1
		is "lost" "$(json "$work/r1.json" 's["packets"]["lost"]')" 0
		is "each on its own account" "$(json "$work/s.json" \
			'sorted((t["sent"], t["unsent"],
				t["errors"]["denied"] >= 51)
				for t in s["targets"])')" \
			"[(0, 51, True), (51, 0, False)]"
		is "what one took has left" "$(json "$work/s.json" \
			'(s["sent"]["data"], s["sent"]["unsent"])')" "(51, 0)"
	done
fi
pass
