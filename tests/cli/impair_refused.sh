#!/bin/sh
# SPDX-License-Identifier: MIT
# Two hosts (network namespaces): what the firewall of one's own machine and that
# of the other refuse to silbo impair is told, counted, and it goes on.
#
#   [ a: impair, nft ] --- veth --- [ nft | b: an echo ]
. "$(dirname -- "$0")/lib.sh"
. "$here/impair_lib.sh"
. "$here/../net/namespaces.sh"
ns_up || fail "cannot set up namespaces"
trap 'ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP
peer() { ns_a python3 -B "$here/impair_peer.py" "$@"; }

for address in "$NS_ADDR_B" "$NS_ADDR6_B"; do
	near=127.0.0.1
	[ "$address" = "$NS_ADDR_B" ] || near=::1
	name=road$near
	start "echo$near" ip netns exec "$NS_B" python3 -B \
		"$here/impair_peer.py" echo "$address"
	until [ -s "$work/echo$near.out" ]; do sleep 0.05; done
	far=$(cat "$work/echo$near.out")
	start "$name" ip netns exec "$NS_A" "$SILBO" impair -l "$(at $near 0)" \
		-t "$(at "$address" "$far")" -j "$work/$name.json" -d 60s
	until_says "$work/$name.err" "listening on"
	road=$(port_of "$name")
	is "$address: answers" "$(peer clients $near "$road" 1 5)" "5 foreign 0"

	# Our own firewall: EPERM.
	ns_a nft add table inet own
	ns_a nft add chain inet own out '{ type filter hook output priority 0; }'
	ns_a nft add rule inet own out udp dport "$far" drop
	is "$address: nothing" "$(peer clients $near "$road" 1 5)" "0 foreign 0"
	ns_a nft delete table inet own
	says "$name.err" "cannot send on to $(at "$address" "$far")/udp:"
	says "$name.err" "hint: a firewall of this machine"

	# Theirs: prohibited.
	ns_b nft add rule inet silbo in udp dport "$far" reject with icmpx \
		admin-prohibited
	is "$address: refused" "$(peer clients $near "$road" 1 5)" "0 foreign 0"
	says "$name.err" "prohibited, by a firewall"
	ns_b nft flush chain inet silbo in
	is "$address: again" "$(peer clients $near "$road" 1 5)" "5 foreign 0"
	kill -INT "$(pid_of "$name")"
	ends "$name"
	is "$address: ends" $status 0
	is "$address: counts" "$(python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
f, u = r["ways"]["forth"], r["itself"]["unreachable"]
print(f["in"], f["out"], f["unsent"], u["prohibited"] > 0, u["port"])' \
		"$work/$name.json")" "20 15 5 True 0"
done
pass
