#!/bin/sh
# SPDX-License-Identifier: MIT
# recipes.sh ROOT: docs/simulator.md names every key of the model with its
# default and every preset; each scenario in samples/ is told of, and it and each
# example of the page are accepted by the program.
. "$(dirname -- "$0")/lib.sh"
root=$1
page=$root/docs/simulator.md
set -- $(free_ports 2)
listen=127.0.0.1:$1 to=127.0.0.1:$2

impair() { # impair NAME ARG...: for a moment
	name=$1
	shift
	run "$name" "$SILBO" impair "$@" --duration 10ms
	is "silbo impair $*" "$status" 0
}

python3 -B "$here/recipes.py" "$page" "$work" || fail "the page has no examples"

# Keys: those of the program, and those of the page.
"$SILBO" impair --help | sed -n '/^Model:/,/^  -h/p' |
	grep -oE -- '^ +(-s, )?--[a-z-]+' | sed 's/.*--//; s/-/_/g' |
	grep -vxE 'scenario|seed|forth|back|help' | sort >"$work/keys"
cut -d' ' -f1 "$work/table" | sort >"$work/named"
is "keys of the model and of the page" \
	"$(diff "$work/keys" "$work/named")" ""
[ "$(wc -l <"$work/keys")" -ge 30 ] || fail "too few keys in --help"

# Defaults: nothing that was said is worth an echo.
{
	echo "[link]"
	sed -n 's/^\([^ ]*\) \(.\+\)$/\1 = \2/p' "$work/table"
} >"$work/defaults.ini"
[ "$(grep -c = "$work/defaults.ini")" -ge 20 ] || fail "too few defaults"
impair defaults --listen $listen --to $to --scenario "$work/defaults.ini"
is "echo of the defaults" "$(grep ' = ' "$work/defaults.err" | grep -v '^seed')" ""

# Presets.
run presets "$SILBO" impair --listen $listen --to $to --preset x
is "status of a preset that there is not" "$status" 2
sed -n 's/.*there are: //p' "$work/presets.err" | tr ' ' '\n' |
	sort >"$work/presets"
is "presets of the program and of the page" \
	"$(sort "$work/told" | diff "$work/presets" -)" ""
for preset in $(cat "$work/presets"); do
	impair "preset" --listen $listen --to $to --scenario "preset:$preset"
done

# Samples, and the scenarios of the page.
for file in "$root"/samples/*.ini; do
	checks=$((checks + 1))
	grep -qF "samples/${file##*/}" "$root"/docs/*.md ||
		fail "no page tells of ${file##*/}"
	run sample "$SILBO" lab "$file" --seeds 1 --quiet
	is "silbo lab ${file##*/}" "$status" 0
done
for file in "$work"/example*.ini; do
	run example "$SILBO" lab "$file" --quiet
	is "silbo lab ${file##*/}: $(cat "$file")" "$status" 0
	impair both --listen $listen --to $to --scenario "$file"
done

# Commands of the page: "$ silbo ...", with ports of our own.
while IFS= read -r words; do
	words=$(echo "$words" | sed "s/:7600/$listen/; s/localhost/$to/")
	case $words in
	impair*) words="$words --duration 10ms" ;;
	lab*) words="$words --quiet" ;;
	*) fail "what is 'silbo $words'?" ;;
	esac
	(cd "$root" && eval "\"\$SILBO\" $words") >"$work/command.out" \
		2>"$work/command.err" </dev/null
	is "silbo $words" "$?" 0
done <"$work/commands"
pass
