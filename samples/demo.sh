#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The 60-second demo: a speech clip is sent, encrypted, over a road that loses,
# reorders and doubles some of it, and comes back as received.wav with a report.
# What the road did to each datagram is in road.csv; the two are compared.
#
#   sh samples/demo.sh
#
# Leaves received.wav, report.json and road.csv in the current directory.
# Installs what is missing from Debian's packages: nothing where all is there.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
here=$(pwd)
build=$root/build/release

. "$root/tests/install.sh"
install_missing build

say() { printf '\n== %s\n' "$*"; }

say "building silbo (release)"
mkdir -p "$root/build"
(cd "$root" && cmake --preset release >"$build.log" 2>&1 &&
	cmake --build --preset release -j"$(nproc)" >>"$build.log" 2>&1) || {
	tail -n 30 "$build.log"
	echo "demo: the build failed; the whole log is $build.log" >&2
	exit 1
}
PATH=$build/tools:$PATH

work=$(mktemp -d)
pids=
cleanup() {
	for pid in $pids; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Two ports for the demo alone; the loopback is not reached from outside.
to=47587 from=47600

say "a key, which both ends share"
silbo keygen -o "$work/demo.key"

# The same seed loses the same ones of the same datagrams, in every run.
road="--scenario preset:lecture --pace packets --seed 7"

say "receiver on 127.0.0.1:$to, road on :$from, sender: 29 s of speech"
silbo recv --listen "127.0.0.1:$to" --key "$work/demo.key" --once \
	-o "$here/received.wav" --json "$here/report.json" 2>"$work/report" &
receiver=$!
# shellcheck disable=SC2086
silbo impair --listen "127.0.0.1:$from" --to "127.0.0.1:$to" $road \
	--log "$here/road.csv" 2>"$work/road" &
impair=$!
pids="$receiver $impair"
tries=0
until grep -q 'listening on' "$work/report" &&
	grep -q 'listening on' "$work/road"; do
	tries=$((tries + 1))
	if [ $tries -gt 100 ] || ! kill -0 $receiver $impair 2>/dev/null; then
		cat "$work/report" "$work/road"
		echo "demo: receiver or road did not start" >&2
		exit 1
	fi
	sleep 0.1
done
silbo send "$root/samples/speech.flac" "127.0.0.1:$from" \
	--key "$work/demo.key"

status=0
wait $receiver || status=$?
kill -INT $impair
wait $impair || status=$?
pids=
if [ $status -ne 0 ]; then
	cat "$work/report" "$work/road"
	echo "demo: the receiver or the road ended with status $status" >&2
	exit 1
fi

say "what the road did, to all datagrams"
cat "$work/road"
say "what the receiver reports, of the speech"
cat "$work/report"

# Of DATA, which hold the speech.  Reordered is what came after a higher number
# (RFC 4737).
say "compared: what the road knows, and what the receiver found out"
awk -F , '$9 == "DATA" && $2 == "in" { sent[$10] }
	$9 == "DATA" && $2 == "out" && $10 in seen { twice++ }
	$9 == "DATA" && $2 == "out" && !($10 in seen) {
		seen[$10]
		$10 + 0 < highest + 0 ? behind++ : highest = $10
	}
	END {
		for (number in sent)
			if (!(number in seen))
				lost++
		print "lost", lost + 0
		print "reordered", behind + 0
		print "duplicate", twice + 0
	}' "$here/road.csv" >"$work/counts"
printf '%-12s%10s%12s\n' '' road receiver
while read -r what count; do
	counted=$(sed -n 's/.*"packets":{\([^}]*\)}.*/\1/p' "$here/report.json" |
		tr , '\n' | sed -n "s/^\"$what\"://p")
	printf '%-12s%10s%12s\n' "$what" "$count" "$counted"
	[ "$count" = "$counted" ] || status=1
done <"$work/counts"
if [ $status -ne 0 ]; then
	echo "demo: they differ; what this machine's own queue dropped is" \
		"in report.json" >&2
	exit 1
fi
say "left here"
ls -l "$here/received.wav" "$here/report.json" "$here/road.csv"
