#!/bin/sh
# SPDX-License-Identifier: MIT
# docs.sh ROOT SILBO: the documents speak of what there is.  Links and paths lead
# somewhere, the README's options exist, and it tells the exit statuses
# that the help tells, the tests that pin a promise are there, and every key of
# a report is explained.
set -eu
cd "$1"
silbo=$2
failed=0 links=0 paths=0 options=0 statuses=0 tests=0

complain() {
	echo "docs: $*"
	failed=1
}

# The anchors of a document, as its headings give them.
anchors() {
	sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' |
		sed -e 's/[^a-z0-9 _-]//g' -e 's/ /-/g'
}

for doc in README.md CHANGELOG.md docs/*.md docs/*/*.md; do
	for link in $(grep -oE '\]\([^)[:space:]]+' "$doc" | cut -c3- |
		grep -vE '^[a-z]+:'); do
		links=$((links + 1))
		file=$(dirname "$doc")/${link%%#*}
		[ -n "${link%%#*}" ] || file=$doc
		[ -e "$file" ] || complain "$doc links to $link"
		case $link in
		*\#*) anchors "$file" | grep -qxF -- "${link#*#}" ||
			complain "$doc links to $link: no such heading" ;;
		esac
	done
	for path in $(grep -oE '`(lib|tools|tests|samples|docs)/[A-Za-z0-9_./-]+`' \
		"$doc" | tr -d '`'); do
		paths=$((paths + 1))
		[ -e "$path" ] || complain "$doc names $path"
	done
done
for doc in $(grep -rhoE 'docs/[a-z0-9/-]+\.md' lib tools tests samples |
	sort -u); do
	[ -e "$doc" ] || complain "the code names $doc"
done

# On a line with a command, its own options; elsewhere, those of any.
help=$(for command in send recv probe keygen impair lab report; do "$silbo" help $command; done)
words() { grep -oE -- '(^|[^a-z-])--[a-z][a-z-]*' | grep -oE -- '--[a-z-]+'; }
known() { echo "$1" | grep -qE -- "(^|[ ,])$2( |\$)"; }
for option in $(grep -vE 'cmake|firewall-cmd' README.md | words | sort -u); do
	options=$((options + 1))
	known "$help" "$option" || complain "README.md: no option $option"
done
for command in send recv probe keygen impair lab report; do
	for option in $(grep -E "silbo $command" README.md | words | sort -u); do
		known "$("$silbo" help $command)" "$option" ||
			complain "README.md: $command has no option $option"
	done
done

# Names of four words and more are those of tests.
for test in $(grep -ohE '`[a-z0-9]+(_[a-z0-9]+){3,}`' docs/metrics.md \
	docs/security.md | tr -d '`' | sort -u); do
	tests=$((tests + 1))
	grep -rqwF "$test" tests/unit tests/net tests/media tests/tools ||
		complain "a document names the test $test"
done

for key in $(python3 -B tests/arch/keys.py || echo of keys.py); do
	complain "docs/metrics.md does not tell what the key $key is"
done

for status in $(echo "$help" | sed -n 's/^  \([0-9]\{1,3\}\)  [a-z].*/\1/p' |
	sort -un); do
	statuses=$((statuses + 1))
	grep -qE "^\| $status \|" README.md ||
		complain "README.md does not tell exit status $status"
done

for status in $(sed -n 's/^| \([0-9]\{1,3\}\) | .*/\1/p' README.md); do
	# The shell's own number for Ctrl-C is not in the help.
	[ "$status" -eq 130 ] ||
		echo "$help" | grep -qE "^  $status  [a-z]" ||
		complain "README.md tells of exit status $status, no help does"
done

# A check that found nothing to check has found nothing.
[ $links -ge 20 ] && [ $paths -ge 30 ] && [ $options -ge 8 ] &&
	[ $statuses -ge 5 ] && [ $tests -ge 40 ] ||
	complain "only $links links, $paths paths," \
	"$options options, $statuses statuses, $tests tests"
[ $failed -eq 0 ] &&
	echo "docs: $links links, $paths paths, $options options, $tests tests: ok"
exit $failed
