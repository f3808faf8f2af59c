#!/bin/sh
# SPDX-License-Identifier: MIT
# memcheck.sh PROGRAM...: the tests of parser and recorder under valgrind, which
# also sees the reading of bytes that nobody wrote.
set -u
[ "${SANITIZED:-}" = "" ] || {
	echo "SKIP: memcheck.sh: valgrind does not run sanitized programs"
	exit 77
}
command -v valgrind >/dev/null 2>&1 || {
	echo "SKIP: memcheck.sh: valgrind is not installed"
	exit 77
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program; do
	if ! valgrind -q --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite "$program" >"$log" 2>&1; then
		cat "$log"
		echo "FAIL: ${program##*/} under valgrind"
		exit 1
	fi
	echo "${program##*/}: no complaint"
done
