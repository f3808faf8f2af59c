#!/bin/sh
# SPDX-License-Identifier: MIT
# digests.sh ROOT: the same seed gives the same bits whatever compiles the
# model: gcc and clang, not optimised and as much as they can.  What is not
# there is named; with nothing to compare the test is skipped (77).
set -u
root=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
ran=0 failed=0

# try COMPILER FLAG...: build with these flags and compare.
try() {
	if ! command -v "$1" >/dev/null 2>&1; then
		echo "NOT CHECKED: $*: no such compiler here"
		return
	fi
	if [ "$3" = -march=native ] &&
		! echo 'int main(void){return 0;}' |
		"$@" -x c - -o "$work/native" 2>/dev/null; then
		echo "NOT CHECKED: $*: refused for this machine"
		return
	fi
	ran=$((ran + 1))
	# -ffp-contract=off as in lib/CMakeLists.txt.
	if "$@" -std=c11 -ffp-contract=off -I "$root/lib/include" -I "$root/lib/sim" \
		"$root/tests/sim/digests.c" "$root"/lib/sim/check.c \
		"$root"/lib/sim/chain.c "$root"/lib/sim/delay.c \
		"$root"/lib/sim/exact.c "$root"/lib/sim/loss.c \
		"$root"/lib/sim/random.c -o "$work/digests" &&
		"$work/digests" >"$work/out"; then
		echo "$*: $(cat "$work/out")"
	else
		echo "$*: FAILED"
		[ ! -s "$work/out" ] || cat "$work/out"
		failed=1
	fi
}

for compiler in gcc clang; do
	try $compiler -O0 -g0
	try $compiler -O3 -g0
	try $compiler -O3 -march=native
done
[ $ran -gt 0 ] || exit 77
exit $failed
