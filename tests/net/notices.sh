#!/bin/sh
# SPDX-License-Identifier: MIT
# One unconnected socket asks four hosts at once, and each trouble is named with
# the destination that it is about and with who found out.
#
#   notices.sh PROGRAM     (asker)
#
#   [ a: asker ] --- veth --- [ b: router, firewall ] --- narrow --- [ nobody ]
set -u
asker=$1
. "$(dirname -- "$0")/namespaces.sh"
ns_up || exit 1
failed=0
mtu=1500

# says ARG...: the lines wanted come from standard input, in any order.
says()
{
	wanted=$(sort)
	got=$(ns_a "$asker" "$@" | sort)
	[ "$got" = "$wanted" ] && return
	printf 'FAILED: asker %s\n--- wanted\n%s\n--- got\n%s\n' "$*" \
		"$wanted" "$got"
	failed=1
}

ns_b nft add rule inet silbo in udp dport 7601 \
	reject with icmpx type admin-prohibited
ns_b sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip -n "$NS_A" route add 10.78.0.0/16 via $NS_ADDR_B
ip -n "$NS_A" route add fd78::/32 via $NS_ADDR6_B
ip link add x0 netns "$NS_B" mtu 1280 type veth peer name x1 netns "$NS_B" ||
	ns_skip "no veth"
ip -n "$NS_B" addr add 10.78.0.1/24 dev x0
ip -n "$NS_B" addr add fd78::1/64 dev x0 nodad
ip -n "$NS_B" link set x0 up
ip -n "$NS_B" link set x1 up
ip -n "$NS_B" neigh add 10.78.0.9 lladdr 02:00:00:00:00:09 dev x0
ip -n "$NS_B" neigh add fd78::9 lladdr 02:00:00:00:00:09 dev x0

says 1400 0 $NS_ADDR_B 7600 $NS_ADDR_B 7601 10.78.0.9 7602 10.78.99.9 7603 <<-E
	first link $mtu, headers 28
	$NS_ADDR_B:7600 port, says $NS_ADDR_B
	$NS_ADDR_B:7601 prohibited, says $NS_ADDR_B
	10.78.0.9:7602 too-large, says $NS_ADDR_B, 1252 fit
	10.78.99.9:7603 host, says $NS_ADDR_B
E
says 1400 0 $NS_ADDR6_B 7600 $NS_ADDR6_B 7601 fd78::9 7602 fd78:0:9::9 7603 <<-E
	first link $mtu, headers 48
	[$NS_ADDR6_B]:7600 port, says $NS_ADDR6_B
	[$NS_ADDR6_B]:7601 prohibited, says $NS_ADDR6_B
	[fd78::9]:7602 too-large, says $NS_ADDR6_B, 1232 fit
	[fd78:0:9::9]:7603 host, says $NS_ADDR6_B
E
# What the path takes the machine knows from now on, and refuses more by itself;
# unless the first link is all that may refuse.
says 1253 0 10.78.0.9 7602 <<-E
	first link $mtu, headers 28
	10.78.0.9: not sent, larger than the datagram limit
E
says 1233 0 fd78::9 7602 <<-E
	first link $mtu, headers 48
	fd78::9: not sent, larger than the datagram limit
E
export ANY_SIZE=1
says 1253 0 10.78.0.9 7602 <<-E
	first link $mtu, headers 28
	10.78.0.9:7602 too-large, says $NS_ADDR_B, 1252 fit
E
says 1233 0 fd78::9 7602 <<-E
	first link $mtu, headers 48
	[fd78::9]:7602 too-large, says $NS_ADDR6_B, 1232 fit
E
says 1473 0 10.78.0.9 7602 <<-E
	first link $mtu, headers 28
	10.78.0.9: not sent, larger than the datagram limit
E
says 1453 0 fd78::9 7602 <<-E
	first link $mtu, headers 48
	fd78::9: not sent, larger than the datagram limit
E
unset ANY_SIZE
# Hops are used up at the router, not at its own address.
says 100 1 10.78.0.9 7602 $NS_ADDR_B 7600 <<-E
	first link $mtu, headers 28
	10.78.0.9:7602 expired, says $NS_ADDR_B
	$NS_ADDR_B:7600 port, says $NS_ADDR_B
E
says 100 1 fd78::9 7602 $NS_ADDR6_B 7600 <<-E
	first link $mtu, headers 48
	[fd78::9]:7602 expired, says $NS_ADDR6_B
	[$NS_ADDR6_B]:7600 port, says $NS_ADDR6_B
E
ip -n "$NS_A" link set v0 mtu 1400
mtu=1400
# That nobody answers on our own link this machine itself says.
ns_a sh -c 'for f in 4 6; do cd /proc/sys/net/ipv$f/neigh/v0 &&
	echo 1 >mcast_solicit && echo 100 >retrans_time_ms; done'
says 100 0 10.77.0.99 7600 <<-E
	first link $mtu, headers 28
	10.77.0.99:7600 host, says $NS_ADDR_A, here
E
says 100 0 fd77::99 7600 <<-E
	first link $mtu, headers 48
	[fd77::99]:7600 host, says $NS_ADDR6_A, here
E
exit $failed
