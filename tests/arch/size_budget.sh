#!/bin/sh
# SPDX-License-Identifier: MIT
# size_budget.sh ROOT: the limits of docs/style.md, "Size".  Exceptions stand in
# size_exceptions beside this script, each with its reason; one that is no
# longer needed fails too, so that the list only holds what is true.
set -eu
cd "$1"
list=tests/arch/size_exceptions
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# files LIMIT FILE...: those that are longer, as "FILE LINES LIMIT".
files() {
	limit=$1
	shift
	wc -l "$@" | awk -v limit="$limit" \
		'$2 != "total" && $1 > limit { print $2, $1, limit }'
}

# Functions, from the brace in the first column that opens one to the one that
# closes it.  The name stands before the first ( since the last blank line.
functions() {
	awk -v limit=60 '
	/^$/ { name = "" }
	/^[a-z].*[a-z0-9_]\(/ && name == "" {
		name = $0
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
	}
	/^\{/ { start = FNR }
	/^\}/ && start {
		lines = FNR - start + 1
		count++
		if (lines > limit)
			print FILENAME ":" name, lines, limit
		start = 0
		name = ""
	}
	END { if (count < 300) print "only", count, "functions found" }' "$@"
}

{
	files 400 lib/*/*.[ch]
	files 220 lib/include/silbo/*.h
	files 120 samples/*.c
	files 350 tools/*.[ch]
	functions lib/*/*.[ch] tools/*.[ch] samples/*.c
} >"$work/over"

failed=0
while read -r what lines limit; do
	grep -q "^$what: ." "$list" && continue
	echo "$what: $lines lines, the limit is $limit"
	failed=1
done <"$work/over"
grep -vE '^(#|$)' "$list" | sed 's/: .*//' >"$work/excepted" || true
while read -r what; do
	grep -q "^$what " "$work/over" && continue
	echo "$list: '$what' needs no exception"
	failed=1
done <"$work/excepted"

[ $failed -eq 0 ] && echo "sizes: within docs/style.md"
exit $failed
