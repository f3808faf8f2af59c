#!/bin/sh
# SPDX-License-Identifier: MIT
# A machine with several addresses of each kind, a link-local one among them:
# the answer comes from the one that was asked.
#
#   answers.sh PROGRAM     (test_net_answer)
set -u
. "$(dirname -- "$0")/namespaces.sh"
ns_up || exit 1

ip -n "$NS_A" addr add 10.77.0.11/24 dev v0
ip -n "$NS_A" addr add fd77::11/64 dev v0 nodad
ip -n "$NS_A" addr add fe80::77/64 dev v0 nodad
out=$(ns_a env "SILBO_OWN_ADDRESSES=10.77.0.11 fd77::11 fe80::77%v0" \
	SILBO_OWN_INTERFACE=v0 "$1" 2>&1)
status=$?
echo "$out"
case $out in *SKIP*) ns_skip "no IPv6" ;; esac
[ $status = 0 ] && [ "$(echo "$out" | grep -c "^asked at\|^to ")" = 5 ]
