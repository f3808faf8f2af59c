#!/bin/sh
# SPDX-License-Identifier: MIT
# banned_functions.sh ROOT OBJECT...: the table of docs/style.md, "Banned", is
# obeyed.  Twice: what the linker is asked for, which no macro hides, and what
# the text calls, which also sees tests, samples and code under #ifdef.
set -eu
cd "$1"
shift
banned=$(sed -n '/^## Banned/,/^## /p' docs/style.md |
	awk -F'|' '/^\| `/ { print $2 }' | tr -d '`' | xargs | tr ' ' '|')
count=$(echo "$banned" | tr '|' '\n' | wc -l)
[ "$count" -ge 13 ] || {
	echo "banned_functions: only $count names in docs/style.md: $banned"
	exit 1
}
failed=0

for object; do
	hits=$(nm -u "$object" 2>/dev/null |
		awk '$1 == "U" { sub(/@.*/, "", $2); print $2 }' |
		sed 's/^__\(.*\)_chk$/\1/' | grep -xE "$banned" | sort -u || true)
	[ -z "$hits" ] || { echo "$object calls:" $hits; failed=1; }
done

# Comments and strings may name them.  A member or a method may be called so.
for file in lib/*/*.[ch] lib/include/silbo/*.h tools/*.[ch] samples/*.c \
	$(find tests -name '*.[ch]'); do
	hits=$(sed -e 's/"\([^"\\]\|\\.\)*"//g' "$file" | awk '
		{
			line = $0
			while ((i = index(line, open ? "*/" : "/*")) > 0) {
				if (!open)
					kept = kept substr(line, 1, i - 1)
				line = substr(line, i + 2)
				open = !open
			}
			if (!open)
				kept = kept line
			print FNR ": " kept
			kept = ""
		}' | grep -E "(^|[^A-Za-z0-9_.>])($banned)[[:space:]]*\(" || true)
	[ -z "$hits" ] || { echo "$file: $hits"; failed=1; }
done

[ $failed -eq 0 ] && echo "none of: $(echo "$banned" | tr '|' ' ')"
exit $failed
