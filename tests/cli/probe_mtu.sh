#!/bin/sh
# SPDX-License-Identifier: MIT
# probe --mtu through a router whose other link takes 1300 bytes: with its ICMP
# and without, over a way back that is narrower, with loss, and to nobody.
#
#   [ a: probe ] --- 1500 --- [ b: router ] --- 1300 --- [ c: reflector ]
. "$(dirname -- "$0")/lib.sh"
. "$here/../net/namespaces.sh"
ns_up || fail "cannot set up namespaces"
NS_C=silbo-c-$$
trap 'ip netns del "$NS_C" 2>/dev/null; ns_down; finish' EXIT
trap 'exit 1' INT TERM HUP

ip netns add "$NS_C" || fail "no third namespace"
ip link add x0 netns "$NS_B" mtu 1300 type veth peer name x0 netns "$NS_C" ||
	fail "no veth"
ip -n "$NS_C" link set x0 mtu 1300
for at in "$NS_B 1" "$NS_C 9"; do
	ip -n "${at% *}" addr add "10.78.0.${at#* }/24" dev x0
	ip -n "${at% *}" addr add "fd78::${at#* }/64" dev x0 nodad
	ip -n "${at% *}" link set x0 up
	ip -n "${at% *}" link set lo up
done
ns_b sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip -n "$NS_A" route add 10.78.0.0/24 via $NS_ADDR_B
ip -n "$NS_A" route add fd78::/64 via $NS_ADDR6_B
ip -n "$NS_C" route add 10.77.0.0/24 via 10.78.0.1
ip -n "$NS_C" route add fd77::/64 via fd78::1

# reflecting PORT [LOSS]: over IPv4 and IPv6.
reflecting() {
	for address in 10.78.0.9 fd78::9; do
		start "c$1$address" ip netns exec "$NS_C" python3 -B \
			"$here/mtu_reflector.py" $address "$@"
		until_says "$work/c$1$address.out" "listening"
	done
}

# Every report is as docs/report.schema.json says, where a validator is here.
valid() {
	python3 -B "$here/schema.py" "$here/../../docs/report.schema.json" \
		"$work/p.json" >"$work/schema.out" 2>&1 && return
	[ $? = 77 ] && not_checked "reports by their schema: no validator" ||
		fail "the report is not valid"
}

# searched ADDRESS:PORT WANTED ARG...: payload_bytes, there_bytes, state,
# icmp_bytes; the search is ended within its datagrams.
searched() {
	to=$1 wanted=$2
	shift 2
	run probe ip netns exec "$NS_A" "$SILBO" probe --mtu "$to" \
		--json "$work/p.json" "$@"
	is "$to: found" "$(json "$work/p.json" \
		'"%s %s %s %s" % tuple(r["probes"][0]["path_mtu"][k] for k in
			("payload_bytes", "there_bytes", "state", "icmp_bytes"))')" \
		"$wanted"
	valid
	is "$to: bounded" "$(json "$work/p.json" \
		'r["probes"][0]["path_mtu"]["asked"] <= 316')" True
}

reflecting 7600
searched 10.78.0.9:7600 "1272 1272 found 1272"
is "exit" $status 0
says probe.err "1300 bytes there and back"
says probe.err "datagrams of 1272 bytes come back, of 1273 do not"
says probe.err "say so, too (ICMP)"
says probe.err "--mtu 1272 or less"
says_not probe.err "too long for a link"
searched '[fd78::9]:7600' "1252 1252 found 1252"
# The same with silbo recv there, which takes no sound longer than 1200 bytes.
key room.key
start plain ip netns exec "$NS_C" "$SILBO" recv --null --reflect --port 7610
start sealed ip netns exec "$NS_C" "$SILBO" recv --null --port 7611 \
	--key "$work/room.key"
until_says "$work/plain.err" "listening on"
until_says "$work/sealed.err" "listening on"
searched 10.78.0.9:7610 "1272 1272 found 1272"
searched '[fd78::9]:7611' "1252 1252 found 1252" --key "$work/room.key"
# What is known of the path by now hinders no second search.
searched 10.78.0.9:7600 "1272 1272 found 1272"
is "ICMP makes it short" "$(json "$work/p.json" \
	'r["probes"][0]["path_mtu"]["asked"] < 25')" True

# The first link is all that is in the way.
start near ip netns exec "$NS_B" python3 -B "$here/mtu_reflector.py" \
	$NS_ADDR_B 7601
until_says "$work/near.out" "listening"
searched $NS_ADDR_B:7601 "1472 1472 most None"
says probe.err "our own link takes no more"

# A black hole.
ns_b nft add chain inet silbo out '{ type filter hook output priority 0; }'
ns_b nft add rule inet silbo out icmp type destination-unreachable drop
ns_b nft add rule inet silbo out icmpv6 type packet-too-big drop
searched 10.78.0.9:7600 "1272 1272 found None"
says probe.err "what is too large vanishes"
searched '[fd78::9]:7600' "1252 1252 found None"

# Every fifth answer is missing: loss is not size.
reflecting 7602 20
searched 10.78.0.9:7602 "1272 1272 found None"

# What a receiver takes of streams is no limit of the path.
start far ip netns exec "$NS_C" "$SILBO" recv --null --reflect -l 10.78.0.9 \
	-p 7605 --mtu 600
until_says "$work/far.err" "probes are answered"
searched 10.78.0.9:7605 "1272 1272 found None"

# The way back is narrower: the smaller of the two is found.
ip -n "$NS_C" route change 10.77.0.0/24 via 10.78.0.1 mtu lock 1000
searched 10.78.0.9:7600 "972 1272 found None"

says probe.err "1300 bytes: the way back is the narrower"
ip -n "$NS_C" route change fd77::/64 via fd78::1 mtu lock 1280
searched '[fd78::9]:7600' "1232 1252 found None"

# Events of a search: it begins and ends, and has no intervals.
run events ip netns exec "$NS_A" "$SILBO" probe --mtu 10.78.0.9:7600 \
	--events "$work/p.events"
is "events: exit" $status 0
is "events" "$(sed 's/^{"event":"\([a-z]*\)".*/\1/' "$work/p.events" |
	tr '\n' ' ')" "start end "

# Nobody.
searched 10.78.0.9:7699 "None None silent None" -w 100ms
is "nobody: exit" $status 3
says probe.err "nothing came back, however small"
pass
