#!/bin/sh
# SPDX-License-Identifier: MIT
# peers.sh [--only SCENARIO,...] [--tools TOOL,...] [--seed N] [--seconds N]
#          [--markdown FILE]
#
# silbo and other tools, as far as they are installed, over the same roads below UDP
# (tunnel.c): what each reports, beside the truth of its own run.  Two namespaces
# are made for it, and removed whatever happens.  What silbo reports must be the
# truth, others are only told.  77: this machine cannot.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=${BUILD:-$here/../../build/dev}
SILBO=${SILBO:-$build/tools/silbo} TUNNEL=${TUNNEL:-$build/tests/accuracy/tunnel}
A=silbo-acc-a-$$ B=silbo-acc-b-$$
export SILBO TUNNEL A B

skip() {
	echo "SKIP: peers.sh: $*"
	exit 77
}

down() {
	ip netns del "$A" 2>/dev/null || true
	ip netns del "$B" 2>/dev/null || true
}

# up NAMESPACE OWN PEER: a TUN device silbo0 in it.
up() {
	ip netns add "$1" 2>/dev/null || skip "no network namespaces"
	ip -n "$1" link set lo up
	ip -n "$1" tuntap add dev silbo0 mode tun 2>/dev/null ||
		skip "no TUN devices"
	ip -n "$1" addr add "$2" peer "$3" dev silbo0
	ip -n "$1" link set silbo0 mtu 1500 txqueuelen 5000 up
}

[ "$(id -u)" = 0 ] || skip "not root"
command -v ip >/dev/null || skip "no ip"
[ -e /dev/net/tun ] || skip "no /dev/net/tun"
for program in "$SILBO" "$TUNNEL"; do
	[ -x "$program" ] || skip "$program is not there: build it, or name it"
done
trap down EXIT
trap 'exit 130' INT TERM HUP
up "$A" 10.98.0.1 10.98.0.2
up "$B" 10.98.0.2 10.98.0.1
python3 -B "$here/peers.py" "$@"
