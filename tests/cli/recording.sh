#!/bin/sh
# SPDX-License-Identifier: MIT
# R7, R8: a recording survives what is done to its receiver and its disk.
. "$(dirname -- "$0")/lib.sh"

# frames FILE: samples a WAV announces, RIFF and data agreeing with each other
# and with the file.  Read byte by byte: many readers repair what is wrong.
frames() {
	python3 - "$1" <<'P'
import os, struct, sys
b = open(sys.argv[1], "rb").read()
riff, data = struct.unpack_from("<4x I 32x I", b)
channels, = struct.unpack_from("<H", b, 22)
assert b[:4] == b"RIFF" and b[36:40] == b"data", "not a WAV"
assert riff == data + 36, "RIFF says %d, data %d" % (riff, data)
assert len(b) - 44 >= data, "shorter than it says"
print(data // (2 * channels))
P
}
exact() { # the same, and nothing behind what is announced
	n=$(frames "$1") || return 1
	[ "$(wc -c <"$1")" = $((44 + n * 2)) ] || return 1
	echo "$n"
}

# ---- R8: killed in the middle.  The .part opens, and at most a second is gone.
echo yesterday >"$work/out.wav"
listening recv -o "$work/out.wav"
start send "$SILBO" send voice "127.0.0.1:$port"
until_says "$work/recv.err" "stream "
sleep 2.6
before=$(wc -c <"$work/out.wav.part")
kill -9 "$(pid_of recv)"
ends recv
n=$(frames "$work/out.wav.part") || fail "the .part is not valid"
size=$(wc -c <"$work/out.wav.part")
is "announced ($n) is at most a second behind ($size bytes)" \
	"$([ $(((size - 44) / 2 - n)) -lt 48000 ] && echo yes)" yes
is "the file ($size) has all that had come ($before)" \
	"$([ "$size" -ge "$before" ] && [ "$before" -ge 180000 ] && echo yes)" yes
is "what had the name" "$(cat "$work/out.wav")" yesterday

# Again, over what the killed one left; then it replaces yesterday's.
listening again -o "$work/out.wav" --once
run send2 "$SILBO" send voice "127.0.0.1:$port" -d 1s
ends again
is "after the kill: exit" $status 0
is "after the kill: samples" "$(exact "$work/out.wav")" 48000
is "no .part is left" "$(ls "$work" | grep -c part)" 0
kill -INT "$(pid_of send)"

# ---- Two receivers, one name: the second goes without.
listening first -o "$work/one.wav" --once
port1=$port
listening second -o "$work/one.wav" --once
start send1 "$SILBO" send tone "127.0.0.1:$port1" -d 2s
until_says "$work/first.err" "stream "
until [ -s "$work/one.wav.part" ]; do sleep 0.05; done
run send2 "$SILBO" send tone "127.0.0.1:$port" -d 500ms
ends second
is "the second: exit" $status 1
says second.err "busy"
ends first
is "the first: exit" $status 0
is "the first: samples" "$(exact "$work/one.wav")" 96000

# ---- R7: a limit on files (SIGXFSZ), a full device, a full disk.
# damaged NAME TEXT: exit 1 with the reason, everything counted all the same.
damaged() {
	ends "$1"
	is "$1: exit" $status 1
	says "$1.err" "$2"
	is "$1: counted on" "$(json "$work/$1.json" \
		's["packets"]["unique"], s["packets"]["lost"]')" "(101, 0)"
	is "$1: reason in the report" "$(json "$work/$1.json" \
		'r["error"].lower().count(sys.argv[3].lower())' "$2")" 1
}
json() {
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
s = r["streams"][0] if r["streams"] else None
print(eval(sys.argv[2]))' "$@"
}
# 100 KiB (blocks of 512 or 1024): one second fits, two do not.
start limit sh -c 'ulimit -f 100; exec "$@"' sh "$SILBO" recv --port 0 --once \
	-o "$work/limit.wav" --json "$work/limit.json"
ready limit
start send "$SILBO" send tone "127.0.0.1:$port" -d 2s
until_says "$work/limit.err" "cannot write"
is "closed at once" "$([ -e "$work/limit.wav" ] && kill -0 "$(pid_of send)" &&
	echo yes)" yes
ends send
damaged limit "File too large"
n=$(exact "$work/limit.wav") || fail "limit.wav is not valid"
is "what fits ($n) is there" \
	"$([ "$n" -ge 24000 ] && [ "$n" -lt 96000 ] && echo yes)" yes
is "and reported" "$(json "$work/limit.json" 's["samples"]')" "$n"

listening full --once -o /dev/full --json "$work/full.json"
run send "$SILBO" send tone "127.0.0.1:$port" -d 2s
damaged full "No space left on device"

mkdir "$work/disk"
if mount -t tmpfs -o size=100k silbo "$work/disk" 2>/dev/null; then
	for mix in "" --mix; do
		echo yesterday >"$work/disk/out.wav"
		# shellcheck disable=SC2086
		listening tmpfs --once -o "$work/disk/out.wav" $mix \
			--json "$work/tmpfs.json"
		run send "$SILBO" send tone "127.0.0.1:$port" -d 2s
		damaged tmpfs "No space left on device"
		n=$(exact "$work/disk/out.wav") || fail "not valid"
		is "what fits ($n) is there" "$([ "$n" -ge 40000 ] && echo yes)" yes
		is "no .part on the full disk" "$(ls "$work/disk")" out.wav
		rm "$work/disk/out.wav"
	done
	umount "$work/disk"
else
	echo "SKIP: full disk: no tmpfs can be mounted here"
fi

# ---- The directory goes away during the run.
mkdir "$work/gone"
listening gone --once -o "$work/gone/out.wav" --json "$work/gone.json"
start send "$SILBO" send tone "127.0.0.1:$port" -d 2s
until [ -s "$work/gone/out.wav.part" ]; do sleep 0.05; done
rm -r "$work/gone"
damaged gone "No such file or directory"

# ---- The suffix: .wav in any letters, or none, and it is a WAV.
for file in loud.WAV mixed.Wav none .hidden dot.; do
	listening suffix --once -o "$work/$file"
	run send "$SILBO" send tone "127.0.0.1:$port" -d 100ms
	ends suffix
	is "$file: exit" $status 0
	is "$file: samples" "$(exact "$work/$file")" 4800
done

# ---- What is no plain file.
run devnull "$SILBO" recv --port 0 -o /dev/null -d 100ms
is "/dev/null: exit" $status 3
mkfifo "$work/fifo"
run fifo "$SILBO" recv --port 0 -o "$work/fifo" -d 100ms
is "a FIFO: exit" $status 2
says fifo.err "a pipe cannot hold a WAV file"
says fifo.err "-o -"
ln -s target.wav "$work/link.wav"
listening link --once -o "$work/link.wav"
run send "$SILBO" send tone "127.0.0.1:$port" -d 500ms
ends link
is "a link: exit" $status 0
is "a link stays one" "$(readlink "$work/link.wav")" target.wav
is "its target" "$(exact "$work/target.wav")" 24000
if [ -e /dev/stdout ]; then
	listening stdout --once -o /dev/stdout
	run send "$SILBO" send tone "127.0.0.1:$port" -d 500ms
	ends stdout
	is "/dev/stdout into a file: exit" $status 0
	is "its samples" "$(exact "$work/stdout.out")" 24000
	is "/dev/stdout is where it was" "$([ -L /dev/stdout ] && echo yes)" yes
else
	not_checked "/dev/stdout: /proc is not mounted"
fi
pass
