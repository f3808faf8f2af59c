#!/bin/sh
# SPDX-License-Identifier: MIT
# Two hosts (network namespaces) and a firewall rule that drops every seventh
# DATA before the receiver's socket: the report equals the rule's counter.
#
#   [ a: silbo send ] --- veth --- [ nft drop | b: silbo recv ]
. "$(dirname -- "$0")/lib.sh"
. "$here/../net/namespaces.sh"
ns_up || fail "cannot set up namespaces"
trap 'ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP
key room.key

# The first byte of the UDP payload is version 1, type DATA.
ns_drop udp dport 7587 @th,64,8 0x10 numgen inc mod 7 == 3
before=0
for address in "$NS_ADDR_B" "$NS_ADDR6_B"; do
	start "recv$before" ip netns exec "$NS_B" "$SILBO" recv \
		--key "$work/room.key" --once -o "$work/out.wav" \
		--json "$work/r.json"
	until_says "$work/recv$before.err" "listening on"
	run send ip netns exec "$NS_A" "$SILBO" send voice "$(at $address 7587)" -d 3s \
		--key "$work/room.key"
	is "sender" $status 0
	ends "recv$before"
	is "receiver" $status 0
	dropped=$(($(ns_dropped) - before))
	before=$((before + dropped))
	is "some were dropped" "$([ "$dropped" -ge 20 ] && echo yes)" yes
	is "$address: lost" "$(json "$work/r.json" \
		's["packets"]["lost"]')" "$dropped"
	is "$address: by the network" "$(json "$work/r.json" \
		's["packets"]["lost_network"]')" "$dropped"
	is "$address: expected" "$(json "$work/r.json" \
		's["packets"]["expected"]')" 151
	is "$address: recorded" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" 144000
done
pass
