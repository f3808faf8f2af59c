#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh ROOT BUILD: how many lines of lib/ the tests have run, by gcov
# alone.  Counts what was run since the build was made:
#   cmake --workflow --preset coverage
set -eu
root=$(CDPATH='' cd -- "$1" && pwd)
cd "$2"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find "$PWD" -path '*silbo_*.dir*' -name '*.gcda' >"$work/counts"
[ -s "$work/counts" ] || {
	echo "coverage: nothing was run; first: ctest --preset coverage" >&2
	exit 1
}
cd "$work"
# A line of a header counts in every file that includes it: the best one.
while read -r counts; do
	gcov -t -r -s "$root" "$counts" 2>/dev/null
done <counts >lines
awk -F: '
	$2 + 0 == 0 && $3 == "Source" { file = $4; next }
	file !~ /^lib\// { next }
	{ gsub(/[ *]/, "", $1); line = file ":" $2 + 0 }
	$2 + 0 == 0 || $1 == "-" { next }
	!(line in runs) { runs[line] = 0; lines[file]++ }
	$1 !~ /^[#=]/ && !runs[line] { runs[line] = 1; run[file]++ }
	END {
		for (file in lines) {
			printf "%6.1f %%  %4d of %4d  %s\n",
			    100 * run[file] / lines[file], run[file],
			    lines[file], file
			all += lines[file]
			hit += run[file]
		}
		printf "%6.1f %%  %4d of %4d  all of lib/\n",
		    100 * hit / all, hit, all
	}' lines | sort -n
