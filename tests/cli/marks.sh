#!/bin/sh
# SPDX-License-Identifier: MIT
# What a router does to the marks of datagrams is counted as it does it: classes
# that are bleached, queues that mark congestion, hops that change.
#
#   [ a: silbo send --dscp EF ] --- veth --- [ nft | b: silbo recv ]
. "$(dirname -- "$0")/lib.sh"
. "$here/../net/namespaces.sh"
ns_up || fail "cannot set up namespaces"
trap 'ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP

# counter NAME: how many a rule with this counter took.
counter() {
	ns_b nft list counter inet silbo "$1" |
		awk '$1 == "packets" { print $2 }'
}

for name in ce4 ce6; do
	ns_b nft add counter inet silbo $name || fail "no nft counters"
done
# DATA alone, so that INFO tells what was sent.
data='udp dport 7587 @th,64,8 0x10'
for f in 4 6; do
	ip=ip$(test $f = 6 && echo 6)
	# shellcheck disable=SC2086
	ns_b nft add rule inet silbo in meta nfproto ipv$f $data \
		numgen inc mod 7 == 3 counter name ce$f $ip ecn set ce ||
		skip "nft cannot mark congestion"
	# shellcheck disable=SC2086
	ns_b nft add rule inet silbo in meta nfproto ipv$f $data \
		numgen inc mod 50 == 5 $ip dscp set cs0 ||
		skip "nft cannot set a class"
done
for f in 4 6; do
	address=$NS_ADDR_B
	[ $f = 6 ] && address=$NS_ADDR6_B
	start recv$f ip netns exec "$NS_B" "$SILBO" recv --null --once \
		--json "$work/r.json"
	until_says "$work/recv$f.err" "listening on"
	run send ip netns exec "$NS_A" "$SILBO" send tone \
		"$(at $address 7587)" -d 3s --dscp EF
	ends recv$f
	is "$address: congestion" "$(json "$work/r.json" \
		's["marks"]["congested"]')" "$(counter ce$f)"
	is "$address: some of it" "$(json "$work/r.json" \
		's["marks"]["congested"] > 15')" True
	# 151 DATA: number 5, 55 and 105 were bleached, and the next was not.
	is "$address: classes, changes, hops" "$(json "$work/r.json" \
		'[s["marks"][k] for k in ("classes", "changes", "changed",
			"ttl_min", "ttl_max")]')" "[2, 6, True, 64, 64]"
	says recv$f.err "changed on the way 6 times"
	says recv$f.err "marked by a queue (CE)"
done

# What was sent a prober knows: the class is taken off on the way there, and a
# queue marks what comes back.
ns_b nft flush chain inet silbo in
ns_a nft add table inet silbo
ns_a nft add chain inet silbo in '{ type filter hook input priority 0; }'
ns_a nft add counter inet silbo back
ns_b nft add rule inet silbo in udp dport 7587 meta nfproto ipv4 ip dscp set cs0
ns_a nft add rule inet silbo in udp sport 7587 numgen inc mod 9 == 2 \
	counter name back meta nfproto ipv4 ip ecn set ce
start recvp ip netns exec "$NS_B" "$SILBO" recv --null --reflect
until_says "$work/recvp.err" "listening on"
run probe ip netns exec "$NS_A" "$SILBO" probe "$NS_ADDR_B" --dscp EF -n 50 \
	--json "$work/p.json"
says probe.err "sent as DSCP 46, came as 0"
is "marks there" "$(json "$work/p.json" '[(p["dscp"], m["dscp"], m["ttl"],
	m["changes"]) for p in r["probes"] for m in [p["there"]["marks"]]]')" \
	"[(46, 0, 64, 0)]"
is "marks back" "$(json "$work/p.json" \
	'r["probes"][0]["back"]["marks"]["congested"]')" "$(ns_a nft list counter \
	inet silbo back | awk '$1 == "packets" { print $2 }')"
# With --dscp CS1 over IPv6, which no rule touches.
run probe ip netns exec "$NS_A" "$SILBO" probe "$(at $NS_ADDR6_B 7587)" \
	--dscp CS1 -n 20 --json "$work/p.json"
is "as sent" "$(json "$work/p.json" '[(p["dscp"], m["dscp"], m["changed"])
	for p in r["probes"] for m in [p["there"]["marks"]]]')" "[(8, 8, False)]"
says_not probe.err "came as"
kill -INT "$(pid_of recvp)"
ends recvp
pass
