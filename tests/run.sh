#!/bin/sh
# SPDX-License-Identifier: MIT
#
# All tests:  sh tests/run.sh [PRESET]
#
# Installs what is missing from Debian's packages, builds the preset (dev; asan
# needs clang), runs everything by ctest, and ends with one line:
# N passed, N failed[, N skipped].  Exit status 0 only when nothing failed.
set -eu

cd "$(dirname -- "$0")/.."
preset=${1:-dev}
case $preset in
dev) purpose=test ;;
asan) purpose=sanitize ;;
*)
	echo "usage: sh tests/run.sh [dev|asan]" >&2
	exit 2
	;;
esac

. tests/install.sh
install_missing "$purpose"

log=build/$preset.log
mkdir -p build
if ! { cmake --preset "$preset" && cmake --build --preset "$preset" \
	-j"$(nproc)"; } >"$log" 2>&1; then
	tail -n 40 "$log"
	echo "run.sh: the build failed; the whole log is $log" >&2
	echo "0 passed, 1 failed"
	exit 1
fi

results=build/$preset-results.log
status=0
ctest --preset "$preset" -j4 >"$results" 2>&1 || status=$?
cat "$results"

# A skipped test is one whose machine lacks something: named by ctest above.
skipped=$(grep -cE '\*\*\*Skipped' "$results" || true)
failed=$(sed -n 's/^.* tests passed, \([0-9]*\) tests failed out of.*/\1/p' \
	"$results")
total=$(sed -n 's/^.* tests failed out of \([0-9]*\)$/\1/p' "$results")
if [ -z "$total" ] || [ "$total" -eq 0 ]; then
	echo "run.sh: no test ran" >&2
	echo "0 passed, 1 failed"
	exit 1
fi
echo
echo "$((total - failed - skipped)) passed, $failed failed, $skipped skipped"
[ "$status" -eq 0 ] && [ "$failed" -eq 0 ]
