#!/bin/sh
# SPDX-License-Identifier: MIT
# A group has several members, each hears everything once.  Through the loopback
# interface by name (IPv4), and between two hosts (namespaces) with both.
. "$(dirname -- "$0")/lib.sh"
key room.key

# member NAME PREFIX... : start a member of $group.
member() {
	member=$1
	shift
	start "$member" "$@" "$SILBO" recv --key "$work/room.key" --once --null \
		--group "$group" --interface "$interface" \
		--json "$work/$member.json"
	until_says "$work/$member.err" "listening on"
}

heard() { # heard NAME...: each got all of it
	for name in "$@"; do
		ends "$name"
		is "$group: $name" $status 0
		is "$group: $name: unique" "$(json "$work/$name.json" \
			's["packets"]["unique"]')" 51
		is "$group: $name: not twice" "$(json "$work/$name.json" \
			's["packets"]["duplicate"] + s["packets"]["lost"]')" 0
	done
}

interface=lo group=239.77.1.7:$(free_ports 1)
member one
member two
run send "$SILBO" send voice "$group" --interface lo -d 1s \
	--key "$work/room.key"
is "sender" $status 0
heard one two
is "not marked" "$(json "$work/one.json" 's["marks"]["dscp"]')" 0
says_not one.err "DSCP"
says_not send.err "by the routes"

. "$here/../net/namespaces.sh"
[ "$(id -u)" = 0 ] || {
	echo "SKIP: ${0##*/}: not root, so not between hosts"
	pass
}
ns_up || fail "cannot set up namespaces"
trap 'ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP
interface=v0
for group in 239.77.1.7:7600 '[ff05::7587]:7600' '[ff02::7587]:7600'; do
	member one ip netns exec "$NS_B"
	member two ip netns exec "$NS_B"
	run send ip netns exec "$NS_A" "$SILBO" send voice "$group" \
		--interface v0 -d 1s --key "$work/room.key" --dscp EF \
		--json "$work/s.json"
	is "$group: sender" $status 0
	heard one two
	is "$group: as marked" "$(json "$work/one.json" '[s["marks"][k] for k in
		("dscp", "ecn", "ttl", "changed")]')" "[46, 0, 1, False]"
	says two.err "marked      46 DSCP   0 ECN   1 hops left"
done

# Somebody on the way marks every second datagram anew.
ns_b nft add chain inet silbo anew \
	'{ type filter hook prerouting priority -150; }' || fail "nft"
ns_b nft add rule inet silbo anew udp dport 7605 numgen inc mod 2 == 0 \
	ip dscp set cs1 || fail "nft"
start one ip netns exec "$NS_B" "$SILBO" recv --port 7605 --null --once \
	--json "$work/one.json"
until_says "$work/one.err" "listening on"
run send ip netns exec "$NS_A" "$SILBO" send voice "$NS_ADDR_B:7605" \
	--dscp af41 -d 1s
ends one
is "marked anew" "$(json "$work/one.json" '(s["marks"]["dscp"] in (8, 34),
	s["marks"]["ttl"], s["marks"]["changed"])')" "(True, 64, True)"
says one.err "changed on the way"

# Nobody names an interface: the routes decide, and it is said what they decide.
group=239.77.1.7:7600
run send ip netns exec "$NS_A" "$SILBO" send voice $group -d 100ms
is "no route to the group" $status 1
says send.err "no route leads to the group 239.77.1.7"
says send.err "--interface NAME"
run recv ip netns exec "$NS_B" "$SILBO" recv --null --group $group -d 100ms
is "no route to hear it" $status 1
says recv.err "--interface NAME"
ip -n "$NS_A" route add 224.0.0.0/4 dev v0
ip -n "$NS_B" route add 224.0.0.0/4 dev v0
start one ip netns exec "$NS_B" "$SILBO" recv --null --once --group $group \
	--json "$work/one.json"
until_says "$work/one.err" "listening on"
says one.err "group 239.77.1.7 is heard through v0"
run send ip netns exec "$NS_A" "$SILBO" send voice $group -d 1s
is "by the routes" $status 0
says send.err "group 239.77.1.7 is sent through v0"
heard one

# Nobody sends to it: the causes that a group has are named.
start silent ip netns exec "$NS_B" "$SILBO" recv --null --group $group
until_says "$work/silent.err" "nothing heard for 3 s. Sender running?"
says silent.err "--ttl"
says silent.err "--interface"
kill -INT "$(pid_of silent)"
ends silent
pass
