#!/bin/sh
# SPDX-License-Identifier: MIT
# R5: the way to the receiver goes and comes back: the interface is down for ten
# seconds, the sender's own address changes, the receiver's name gets another
# address from a resolver that takes 2.4 s.  The stream is back within two
# seconds of there being a way, the schedule has not been waiting for anyone, and
# what was missed is counted once.
. "$(dirname -- "$0")/lib.sh"
. "$here/../net/namespaces.sh"
ns_up || fail "cannot set up namespaces"
trap 'ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP

# unique: what the receiver will have counted, by its interval log, is told at
# the end only; while it runs the sender's own clock is all there is.
receive() {
	start recv ip netns exec "$NS_B" "$SILBO" recv --null \
		--json "$work/r.json"
	until_says "$work/recv.err" "listening on"
}

# finished LEAST MOST: what is missing is one gap of this many datagrams, and
# the sender knows of all of it.
finished() {
	kill -INT "$(pid_of send)"
	ends send
	is "$what: sender" $status 0
	sleep 0.2
	kill -INT "$(pid_of recv)"
	ends recv
	is "$what: receiver" $status 0
	lost=$(json "$work/r.json" 's["packets"]["lost"]')
	is "$what: $1 <= $lost lost <= $2" \
		"$([ "$lost" -ge "$1" ] && [ "$lost" -le "$2" ] && echo yes)" yes
	is "$what: one stream" "$(json "$work/r.json" 'len(r["streams"])')" 1
	is "$what: in one gap" "$(json "$work/r.json" \
		's["loss_runs"]["count"]')" 1
	is "$what: nothing pending, all counted" "$(json "$work/r.json" \
		'(s["packets"]["pending"], s["packets"]["expected"]
			- s["packets"]["unique"])')" "(0, $lost)"
	is "$what: all of it made" "$(json "$work/s.json" \
		's["sent"]["data"] + s["sent"]["unsent"]')" \
		"$(json "$work/r.json" 's["packets"]["expected"]')"
	is "$what: the schedule went on" "$(json "$work/s.json" \
		's["sent"]["lateness_ms"]["max"] < 500')" True
}

what="interface down"
receive
start send ip netns exec "$NS_A" "$SILBO" send voice "$NS_ADDR_B" \
	--json "$work/s.json"
until_says "$work/recv.err" "stream "
sleep 1
ip -n "$NS_A" link set v0 down
sleep 10
ip -n "$NS_A" link set v0 up
sleep 3
finished 500 610
says send.err "cannot send to $NS_ADDR_B:7587/udp: Network is unreachable"
is "$what: the sender knows" "$(json "$work/s.json" \
	's["sent"]["errors"]["unreachable"] >= 400')" True

what="own address changes"
receive
start send ip netns exec "$NS_A" "$SILBO" send voice "$NS_ADDR_B" \
	--json "$work/s.json"
until_says "$work/recv.err" "stream "
sleep 1
ip -n "$NS_A" addr del $NS_ADDR_A/24 dev v0
sleep 2
ip -n "$NS_A" addr add 10.77.0.3/24 dev v0
sleep 3
finished 100 210

what="the name moves"
ip -n "$NS_B" addr add 10.77.0.9/24 dev v0
echo $NS_ADDR_B >"$work/hosts"
receive
start send ip netns exec "$NS_A" env LD_PRELOAD="$SHIM_RESOLVER" \
	SHIM_HOSTS="$work/hosts" "$SILBO" send voice studio.test \
	--json "$work/s.json"
until_says "$work/recv.err" "stream "
sleep 1
echo 10.77.0.9 >"$work/hosts"
ip -n "$NS_A" route add unreachable $NS_ADDR_B/32
sleep 5
finished 110 140 # the resolver takes 120 of them, nothing else any
is "$what: where to" "$(json "$work/s.json" 's["peer"]')" 10.77.0.9:7587
says send.err "No route to host"

# Given up while the resolver is still thinking: at once all the same.
echo 10.77.0.9 >"$work/hosts"
ip -n "$NS_A" route add unreachable 10.77.0.9/32
start send ip netns exec "$NS_A" env LD_PRELOAD="$SHIM_RESOLVER" \
	SHIM_HOSTS="$work/hosts" "$SILBO" send voice studio.test
until_says "$work/send.err" "No route to host"
before=$(date +%s%N)
kill -INT "$(pid_of send)"
ends send
took=$((($(date +%s%N) - before) / 1000000))
is "ends in $took ms" "$([ $took -lt 1500 ] && echo yes)" yes
pass
