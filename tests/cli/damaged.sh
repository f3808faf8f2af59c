#!/bin/sh
# SPDX-License-Identifier: MIT
# A file that is cut or damaged: what could be read is sent, the receiver hears
# the end, and the sender says why it ended early and exits with 1.
. "$(dirname -- "$0")/lib.sh"
: "${SOUNDS:?path of the program that makes files}"
mkdir "$work/in"
ASAN_OPTIONS=detect_leaks=0 "$SOUNDS" "$work/in" >/dev/null ||
	fail "cannot make the files"

# hurt FILE PERCENT cut|damaged
hurt() {
	python3 - "$work/in/$1" "$work/hurt" "$2" "$3" <<'P'
import sys
data = open(sys.argv[1], "rb").read()
at = len(data) * int(sys.argv[3]) // 100
if sys.argv[4] == "damaged":
    bad = bytes(i * 131 + 7 & 255 for i in range(at, len(data)))
open(sys.argv[2], "wb").write(
    data[:at] + (b"" if sys.argv[4] == "cut" else bad))
P
}

for row in "44100.2.flac 60 cut" "44100.2.flac 60 damaged" \
	"192000.6.flac 30 cut" "192000.6.flac 95 cut" "44100.2.wav 3 cut" \
	"44100.2.wav 50 cut" "8000.1.wav 99 cut" "44100.1.mp3 50 cut" \
	"44100.2.mp3 80 cut"; do
	# shellcheck disable=SC2086
	hurt $row
	listening recv --once -o "$work/out.wav" --json "$work/r.json"
	run send "$SILBO" send "$work/hurt" "127.0.0.1:$port" \
		--json "$work/s.json"
	is "$row: exit" $status 1
	says send.err "ended early: the input is damaged or cut short from here on"
	is "$row: in JSON" "$(json "$work/s.json" 'r["error"]')" \
		"the input is damaged or cut short from here on"
	ends recv
	is "$row: receiver" $status 0
	is "$row: tail" "$(json "$work/r.json" 's["tail"]')" known
	is "$row: something came, not all of it" "$(json "$work/r.json" \
		'100 < s["samples"] < 16000')" True
	is "$row: all that was sent" "$(json "$work/r.json" \
		's["packets"]["unique"]')" \
		"$(json "$work/s.json" 's["sent"]["data"]')"
done
for row in "44100.2.ogg 30 cut" "44100.2.ogg 80 cut" "8000.1.mp3 5 cut"; do
	# shellcheck disable=SC2086
	hurt $row
	run send "$SILBO" send "$work/hurt" 127.0.0.1:9
	is "$row: exit" $status 1
	says send.err "cut short"
	says_not send.err "no sound"
done

# A signal while the end is told cuts it short no more than without a failure.
command -v strace >/dev/null 2>&1 &&
	strace -qq -e trace=none -o /dev/null true 2>/dev/null || {
	not_checked "a signal while the end is told: no strace here"
	pass
}
hurt 44100.2.flac 60 cut
traced() {
	run send strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		-e trace=sendto "$@" "$SILBO" send "$work/hurt" \
		"127.0.0.1:$port" --json "$work/s.json"
}
listening recv --null
traced
all=$(json "$work/s.json" 's["sent"]["data"] + s["sent"]["info"]')
traced -e "inject=sendto:signal=INT:when=$((all - 3))"
is "a signal while the end is told: exit" $status 1
is "a signal while the end is told" "$(json "$work/s.json" \
	's["sent"]["data"] + s["sent"]["info"]')" "$all"
pass
