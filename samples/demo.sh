#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The 60-second demo: a speech clip goes through the network, encrypted, over a
# road that loses, repeats and delays some of it, and comes back as received.wav
# with a report of exactly what happened.
#
#   sh samples/demo.sh
#
# Leaves received.wav and report.json in the current directory.  Installs what is
# missing from Debian's packages: nothing where all is there.
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
PATH=$build/tools:$build/samples:$PATH

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

# What the road does, by datagram number.  0 is the very first one.
drop=0,100-102,250,400-409,555,700
repeat=50,300-304,800
delay=150,600

say "receiver on 127.0.0.1:$to, road on :$from, sender: 29 s of speech"
silbo recv --listen "127.0.0.1:$to" --key "$work/demo.key" --once \
	-o "$here/received.wav" --json "$here/report.json" 2>"$work/report" &
receiver=$!
relay "127.0.0.1:$from" "127.0.0.1:$to" $drop $repeat $delay >"$work/road" &
road=$!
pids="$receiver $road"
tries=0
until grep -q 'listening on' "$work/report" &&
	grep -q ready "$work/road"; do
	tries=$((tries + 1))
	if [ $tries -gt 100 ] || ! kill -0 $receiver $road 2>/dev/null; then
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
kill $road
wait $road || true
pids=
if [ $status -ne 0 ]; then
	cat "$work/report"
	echo "demo: the receiver ended with status $status" >&2
	exit 1
fi

say "what the road did"
echo "dropped   DATA $drop"
echo "repeated  DATA $repeat"
echo "delayed   DATA $delay (each by four datagrams)"
cat "$work/road"
say "what the receiver reports"
cat "$work/report"
say "left here"
ls -l "$here/received.wav" "$here/report.json"
