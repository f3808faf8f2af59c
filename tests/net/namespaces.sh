# SPDX-License-Identifier: MIT
#
# Two network namespaces joined by a veth pair, for tests that need a network
# that can be broken.  Source it; all is taken down at exit (a script with
# an EXIT trap of its own calls ns_down there).
#
#   . tests/net/namespaces.sh
#   ns_up || exit 1                  a is 10.77.0.1 and fd77::1, b ends in 2
#   ns_drop udp dport 7587 numgen inc mod 10 == 3
#   ns_b silbo recv ... &            run a command in b
#   ns_a silbo send ... $NS_ADDR_B
#   ns_dropped                       prints how many were dropped
#
# Where the machine cannot, the script ends with 77, which ctest counts as
# skipped.

NS_A=silbo-a-$$
NS_B=silbo-b-$$
NS_ADDR_A=10.77.0.1 NS_ADDR_B=10.77.0.2
NS_ADDR6_A=fd77::1 NS_ADDR6_B=fd77::2

ns_skip()
{
	echo "SKIP: $1"
	exit 77
}

ns_a()
{
	ip netns exec "$NS_A" "$@"
}

ns_b()
{
	ip netns exec "$NS_B" "$@"
}

ns_down()
{
	ip netns del "$NS_A" 2>/dev/null
	ip netns del "$NS_B" 2>/dev/null
}

ns_up()
{
	[ "$(id -u)" = 0 ] || ns_skip "not root"
	command -v ip >/dev/null || ns_skip "no ip"
	command -v nft >/dev/null || ns_skip "no nft"
	trap ns_down EXIT
	trap 'exit 130' HUP INT TERM
	for ns in "$NS_A" "$NS_B"; do
		ip netns add "$ns" 2>/dev/null || ns_skip "no network namespaces"
	done
	ip link add v0 netns "$NS_A" type veth peer name v0 netns "$NS_B" \
		2>/dev/null || ns_skip "no veth"
	ns_b nft add table inet silbo 2>/dev/null || ns_skip "no nftables"
	ns_b nft add chain inet silbo in \
		'{ type filter hook input priority 0; }' || return 1
	# Without nodad an IPv6 address would be unusable for a second.
	ns_a ip addr add $NS_ADDR_A/24 dev v0 &&
		ns_b ip addr add $NS_ADDR_B/24 dev v0 &&
		ns_a ip addr add $NS_ADDR6_A/64 dev v0 nodad &&
		ns_b ip addr add $NS_ADDR6_B/64 dev v0 nodad || return 1
	for ns in "$NS_A" "$NS_B"; do
		ip -n "$ns" link set lo up && ip -n "$ns" link set v0 up ||
			return 1
	done
}

# ns_drop MATCH...: drop what comes into b and matches, before any socket sees
# it.  Counted, so the answer is known: `numgen inc mod 10 == 3` takes every
# tenth, `numgen inc mod 100 < 5` five in a row of each hundred.
ns_drop()
{
	ns_b nft add rule inet silbo in "$@" counter drop
}

# The datagrams that all rules of ns_drop took.
ns_dropped()
{
	ns_b nft list chain inet silbo in |
		awk '{ for (i = 1; i < NF; i++)
			if ($i == "counter") n += $(i + 2) }
			END { print n + 0 }'
}
