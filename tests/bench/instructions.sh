#!/bin/sh
# SPDX-License-Identifier: MIT
# instructions.sh BENCH: instructions per operation, counted by callgrind: the
# same on every run and however busy the machine, so this is what a test may
# insist on.  Goals stand in the table; - is none.  That of a cipher is what we
# may add to a row above it: libsodium takes what the processor has.  A + in a
# name is a blank.
set -eu
bench=$1
command -v valgrind >/dev/null 2>&1 || {
	echo "SKIP: ${0##*/}: valgrind is not installed"
	exit 77
}
[ "${SANITIZED:-}" = "" ] || {
	echo "SKIP: ${0##*/}: sanitizers count as well, and not with valgrind"
	exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
while read -r name function goal above; do
	ops=$(valgrind --tool=callgrind --callgrind-out-file="$work/out" \
		--toggle-collect="$function" "$bench" --count "$(echo "$name" | tr + ' ')" \
		2>"$work/err") || { cat "$work/err"; exit 1; }
	collected=$(sed -n 's/^.*Collected : \([0-9]*\).*/\1/p' "$work/err")
	[ "${collected:-0}" -gt 0 ] || {
		echo "$name: nothing was counted in $function"
		exit 1
	}
	each=$((collected / ops))
	echo "$name: $each instructions per operation, goal $goal${above:+ more than $above}"
	echo "$name $each" >>"$work/counted"
	[ -z "$above" ] ||
		each=$((each - $(sed -n "s|^$above ||p" "$work/counted")))
	[ "$goal" = - ] || [ "$each" -le "$goal" ] || failed=1
done <<T
track/in_order run_track 80
track/lossy run_track -
trial_plain/event+heap run_heap -
trial_plain/plain run_trial 4400
trial_sealed/seal+and+open run_bound -
trial_sealed/sealed run_trial -
trial_many/1+stream run_one -
seal_160/sodium run_seal_sodium -
seal_160/silbo run_seal_silbo 60 seal_160/sodium
unseal_160/sodium run_unseal_sodium -
unseal_160/silbo run_unseal_silbo 60 unseal_160/sodium
wire/pack run_wire_pack 250
wire/parse run_wire_parse 100
receive/plain run_receive 2100
receive/sealed run_receive 2100 unseal_160/sodium
T
exit $failed
