#!/bin/sh
# SPDX-License-Identifier: MIT
# Whatever stops a datagram is named: a firewall, a router, a link that is too
# narrow, hops that run out, a neighbour that is not there, a queue of our own.
# None of it ends the stream, and none is blamed on somebody else.
#
#   [ a: silbo send ] --- veth --- [ b: router, firewall ] --- [ nobody ]
. "$(dirname -- "$0")/lib.sh"
. "$here/../net/namespaces.sh"
ns_up || fail "cannot set up namespaces"
trap 'ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP

# blamed KIND TEXT HOST ARG...: a second's stream meets it, counts it, says it
# once, and goes on; no other kind is counted beside those named in $also.
also=
blamed() {
	kind=$1 text=$2
	shift 2
	run send ip netns exec "$NS_A" "$SILBO" send tone "$@" \
		--json "$work/s.json"
	says send.err "$text"
	is "$text: said once" "$(grep -cF -- "$text" "$work/send.err")" 1
	is "$text: counted" "$(json "$work/s.json" \
		"s['sent']['errors']['$kind'] > 0")" True
	is "$text: as nothing else" "$(json "$work/s.json" \
		"[k for k, n in s['sent']['errors'].items()
			if n and k not in '$kind $also'.split()]")" "[]"
	is "$text: it went on" "$(json "$work/s.json" \
		"s['sent']['data'] + s['sent']['unsent'] > 50")" True
}

# The other host has no receiver, or a firewall that says so, or one that keeps
# silent.
ns_b nft add rule inet silbo in udp dport 7601 \
	reject with icmpx type admin-prohibited
ns_drop udp dport 7602
for address in "$NS_ADDR_B" "$NS_ADDR6_B"; do
	blamed refused "answers \"port unreachable\": no receiver" \
		"$(at $address 7600)" -d 1s
	blamed prohibited "prohibited, reported by $address: a firewall" \
		"$(at $address 7601)" -d 1s
	run send ip netns exec "$NS_A" "$SILBO" send tone \
		"$(at $address 7602)" -d 300ms --json "$work/s.json"
	is "silence is no error" "$(json "$work/s.json" \
		'sum(s["sent"]["errors"].values())')" 0
done

# What is no receiver, and no matter of a firewall.
run send ip netns exec "$NS_A" "$SILBO" send tone 10.77.0.255 -d 100ms
is "broadcast of the link: exit" $status 2
says send.err "a broadcast address: not supported"
run send ip netns exec "$NS_A" "$SILBO" send tone fe80::99 --interface v0 \
	-d 100ms
says send.err "to [fe80::99%v0]:7587/udp"
# lo is down in a namespace that is new, unless somebody has raised it.
ip -n "$NS_A" link set lo down
blamed unreachable "Network is unreachable (still" 239.77.1.7:7600 \
	--interface lo -d 1s
says send.err "interface lo is down"
says_not send.err "name the interface"
ip -n "$NS_A" link set lo up

# Nobody on our own link has that address.
ns_a sh -c 'for f in 4 6; do cd /proc/sys/net/ipv$f/neigh/v0 &&
	echo 1 >mcast_solicit && echo 100 >retrans_time_ms; done'
for address in 10.77.0.99 fd77::99; do
	blamed unreachable "nobody answers at that address on our own link" \
		"$(at $address 7600)" -d 2s
	is "none is not sent: all are lost here" "$(json "$work/s.json" \
		's["sent"]["unsent"] == 0')" \
		"$(grep -q "^  lost here .*unreach" "$work/send.err" &&
			echo True || echo False)"
done

# A router without a way there.
ns_b sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip -n "$NS_A" route add 10.78.0.0/24 via $NS_ADDR_B
ip -n "$NS_A" route add fd78::/64 via $NS_ADDR6_B
blamed no_route "host unreachable, reported by router $NS_ADDR_B" \
	10.78.0.9:7600 -d 1s
blamed no_route "host unreachable, reported by router $NS_ADDR6_B" \
	'[fd78::9]:7600' -d 1s

# A link behind it: narrow.
ip link add x0 netns "$NS_B" mtu 1280 type veth peer name x1 netns "$NS_B" ||
	fail "no veth"
ip -n "$NS_B" addr add 10.78.0.1/24 dev x0
ip -n "$NS_B" addr add fd78::1/64 dev x0 nodad
ip -n "$NS_B" link set x0 up
ip -n "$NS_B" link set x1 up
ip -n "$NS_B" neigh add 10.78.0.9 lladdr 02:00:00:00:00:09 dev x0
ip -n "$NS_B" neigh add fd78::9 lladdr 02:00:00:00:00:09 dev x0
blamed expired "run out of hops, reported by $NS_ADDR_B" \
	10.78.0.9:7600 --ttl 1 -d 1s
blamed expired "run out of hops, reported by $NS_ADDR6_B" \
	'[fd78::9]:7600' --ttl 1 -d 1s
# What the router says first the machine then knows by itself.
also=too_large
blamed path_too_large "on the way, reported by $NS_ADDR_B" \
	10.78.0.9:7600 --mtu 1400 -b 250k -f 40ms -d 2s
says send.err "it takes 1252 bytes: --mtu 1252"
blamed path_too_large "on the way, reported by $NS_ADDR6_B" \
	'[fd78::9]:7600' --mtu 1400 -b 250k -f 40ms -d 2s
says send.err "it takes 1232 bytes: --mtu 1232"
also=
blamed too_large "Message too long (still" 10.78.0.9:7600 --mtu 1400 -b 250k -f 40ms -d 2s
says send.err "it takes 1252 bytes: --mtu 1252"

# A firewall of our own.
ns_a nft add table inet silbo
ns_a nft add chain inet silbo out '{ type filter hook output priority 0; }'
ns_a nft add rule inet silbo out udp dport 7603 drop
blamed denied "not permitted (still" "$NS_ADDR_B:7603" -d 1s
says send.err "a firewall of this machine forbids it"
# It may answer as if it were a receiver's host.
ns_a nft add rule inet silbo out udp dport 7605 reject
ns_a nft add rule inet silbo out udp dport 7606 \
	reject with icmpx type admin-prohibited
for port in 7605 7606; do
	for address in "$NS_ADDR_B" "$NS_ADDR6_B"; do
		blamed denied "this machine refuses it (still" \
			"$(at $address $port)" -d 1s
		says send.err "a firewall of this machine forbids it"
		says_not send.err "no receiver"
		says_not send.err "refused (still"
		says_not send.err "absent"
		says_not send.err "Success"
	done
done

# A queue of our own: what it drops the receiver misses, and the sender knows.
# The neighbour's address must not be asked for through that queue.
ip -n "$NS_A" neigh replace $NS_ADDR_B dev v0 nud permanent \
	lladdr "$(ip -n "$NS_B" -br link show v0 | awk '{ print $3 }')"
ns_a tc qdisc add dev v0 root tbf rate 24kbit burst 2000 limit 2000 \
	2>/dev/null || {
	echo "SKIP: ${0##*/}: no tbf, so no queue that is full"
	pass
}
start recv ip netns exec "$NS_B" "$SILBO" recv --port 7604 --null --once \
	--json "$work/r.json"
until_says "$work/recv.err" "listening on"
blamed busy "No buffer space available (still" "$NS_ADDR_B:7604" -b 32k -d 4s
says send.err "the network has lost nothing"
ends recv
is "receiver misses what the queue dropped" "$(json "$work/r.json" \
	's["packets"]["lost"]')" "$(json "$work/s.json" 's["sent"]["unsent"]')"
is "some got through, some not" "$(json "$work/s.json" \
	's["sent"]["data"] > 50 and s["sent"]["unsent"] > 20')" True
pass
