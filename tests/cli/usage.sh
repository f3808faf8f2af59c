#!/bin/sh
# SPDX-License-Identifier: MIT
# Wrong arguments: exit status 2 (or the one named), a message that says what and
# why, and a hint.  One row per mistake.
. "$(dirname -- "$0")/lib.sh"

# refused STATUS TEXT ARG...
refused() {
	want=$1 text=$2
	shift 2
	run x "$SILBO" "$@"
	is "silbo $*" $status "$want"
	says x.err "$text"
	says x.err "hint:"
	is "nothing on standard output" "$(wc -c <"$work/x.out")" 0
}

refused 2 "did you mean 'recv'" recvv
refused 2 "did you mean 'send'" sendd
refused 2 "did you mean '--fixed-delay'" recv --null --fixed-delya 60ms
refused 2 "'60'" recv --null --fixed-delay 60
refused 2 "'-5ms'" recv --null --fixed-delay -5ms
refused 2 "'70000'" recv --null --port 70000
refused 2 "'x'" recv --null --port x
refused 2 "no sound device" recv
refused 2 "'extra'" recv --null extra
refused 2 "HOST" send
refused 2 "'r': 16 targets are the most" send a b c d e f g h i j k l m n o p q r
refused 2 "'eht0'" send voice 239.77.1.7 --interface eht0
refused 2 "'l'" recv --null --group 239.77.1.7 --interface l
refused 2 "'EFF'" send voice 127.0.0.1 --dscp EFF
refused 2 "'64'" send voice 127.0.0.1 --dscp 64
refused 2 "'256'" send voice 127.0.0.1 --ttl 256
refused 2 "not a multicast group" recv --null --group 127.0.0.1
refused 2 "exclude one another" recv --null --group 239.77.1.7 --listen :7000
refused 2 "'32kb'" send --bitrate 32kb tone 127.0.0.1
refused 2 "'1k'" send --bitrate 1k tone 127.0.0.1
refused 2 "15" send --frame 15ms tone 127.0.0.1
refused 2 "at most 300 kb/s per channel" send --bitrate 400k tone 127.0.0.1
refused 2 "does not fit" send --bitrate 510k --frame 60ms tone 127.0.0.1
# An address: what is wrong is its port, or all of it.
for end in "send tone" "recv --null --listen" "recv --null --group"; do
	for row in "127.0.0.1:99999 '99999' is not a port: 1 to 65535" \
		"[::1]:0 '0' is not a port: 1 to 65535" \
		"host:abc 'abc' is not a port: 1 to 65535" \
		"host:0x50 '0x50' is not a port: 1 to 65535" \
		"[::1]: no port behind the colon" \
		"host: no port behind the colon" \
		": no port behind the colon" \
		"[::1]80 is not a" "a:b:c is not a" "[host]:80 is not a"; do
		# shellcheck disable=SC2086
		refused 2 "${row#* }" $end "${row%% *}"
		says x.err "'${row%% *}'"
	done
done
refused 2 "':7587' is not a host" send tone :7587
refused 2 "'' is not a host" send tone ''
refused 2 "--listen '': empty" recv --null --listen ''
for input in tone voice - "$0"; do
	refused 2 "a HOST is missing" send "$input"
done
refused 2 "the order is FILE HOST" send 127.0.0.1 "$0"
refused 1 "did you mean 'tone'" send toen 127.0.0.1
refused 1 "the order is FILE HOST" send 127.0.0.1 tone
refused 2 "'0.0.0.0' is every address of this machine" send tone 0.0.0.0
refused 2 "'[::]:77' is every address of this machine" send tone '[::]:77'
refused 2 "a broadcast address" send tone 255.255.255.255
refused 2 "a broadcast address" send tone 127.255.255.255
refused 2 "'fe80::1': an address of a link needs" send tone fe80::1
says x.err "as in fe80::1%eth0, or --interface"
refused 2 "unknown option '--mtu'" probe --reflect --mtu
says x.err "'silbo probe --reflect --help' lists"
refused 2 "unknown option '--key'" probe --reflect --stamp --key k
says x.err "'silbo probe --reflect --stamp --help' lists"
refused 2 "'fe80::1': an address of a link needs" probe fe80::1
says x.err "as in fe80::1%eth0"
says_not x.err "--interface"
for words in "recv --null --listen" "probe --reflect --stamp --listen" \
	"impair --listen :7600 --to"; do
	# shellcheck disable=SC2086
	refused 2 "'fe80::1': an address of a link needs the interface" $words \
		fe80::1
	says x.err "as in fe80::1%eth0"
done
for words in "probe" "send tone" "recv --null --listen" \
	"probe --reflect --stamp --listen" "impair --listen :7600 --to"; do
	# shellcheck disable=SC2086
	refused 2 "'fe80::1%nope': no such interface as 'nope'" $words fe80::1%nope
	says x.err "this machine has: "
	# shellcheck disable=SC2086
	refused 2 "'::1%lo': only an address of a link" $words ::1%lo
	says x.err "leave '%lo' out"
done
refused 2 "is an IPv4 address, which -6 excludes" send -6 tone 127.0.0.1
refused 2 "is an IPv6 address, which -4 excludes" send -4 tone ::1
refused 2 "'127.0.0.1:7587' is named twice" send tone 127.0.0.1 127.0.0.1:7587
refused 2 "--interface is for multicast" send tone 127.0.0.1 --interface lo
refused 2 "--interface is for --group" recv --null --interface lo
refused 1 "no.such.host.invalid" send tone no.such.host.invalid
refused 2 "--output" keygen
refused 2 "-o - writes" recv -o - --json -
refused 2 "--channels" recv --null --channels 2
refused 2 "'3'" recv -o - --channels 3
refused 2 "--mix" recv --null --mix
for suffix in .opus .ogg .flac .raw .mp3 .wave .2026-11-22; do
	refused 2 "not '$suffix'" recv -o "$work/x$suffix"
done
refused 2 "not '.opus'" recv -o "$work/x.wav.opus" --mix
# A file to write is no directory, with or without a slash behind it.
for end in "recv -o" "recv --null --json" "recv --null --events" \
	"send tone 127.0.0.1 --json" "send tone 127.0.0.1 --events" "keygen -o"; do
	for directory in "$work" "$work/" "$work/." / .; do
		# shellcheck disable=SC2086
		refused 2 "'$directory': is a directory" $end "$directory"
	done
	# shellcheck disable=SC2086
	refused 2 "'$work/none/': no file is named" $end "$work/none/"
done
refused 2 "a file has its own" send --channels 2 x.wav 127.0.0.1
refused 1 "No such file or directory" send tone 127.0.0.1 --json "$work/no/r"
refused 1 "No such file or directory" recv -o "$work/none/out.wav"
refused 2 "--key" recv --null --key
run x env SILBO_PORT=abc "$SILBO" recv --null
is "bad environment" $status 2
says x.err "SILBO_PORT"

# Sound that is none.
printf 'this is no sound at all, but text\n' >"$work/text.wav"
: >"$work/empty.wav"
mkdir "$work/dir.wav"
python3 -c 'import sys, wave
for name, rate, frames in ("silent", 48000, b""), ("tiny", 192000, b"xx"):
    with wave.open(f"{sys.argv[1]}/{name}.wav", "wb") as w:
        w.setparams((1, 2, rate, 0, "NONE", ""))
        w.writeframes(frames)' "$work"
for row in "text.wav:as sound" "missing.wav:No such file or directory" \
	"dir.wav:directory" "silent.wav:no sound" "empty.wav:no sound" \
	"tiny.wav:no sound"; do
	run x "$SILBO" send "$work/${row%%:*}" 127.0.0.1
	is "send ${row%%:*}" $status 1
	says x.err "${row#*:}"
done

# What could hold up the sender is no file, whether somebody writes to it or not.
mkfifo "$work/fifo"
for input in "$work/fifo" /dev/zero; do
	refused 2 "a pipe or a device, not a file" send "$input" 127.0.0.1
	says x.err "silbo send - HOST <$input"
done
sleep 60 >"$work/fifo" &
pids="$pids $!"
refused 2 "a pipe or a device, not a file" send "$work/fifo" 127.0.0.1

run x "$SILBO" send tone ::1:77 -d 1ms
says x.err "'::1:77' is taken for an address, not for one with a port"
says x.err "as in [::1]:77"
run x "$SILBO" send tone ::1 -d 1ms
says_not x.err "taken for"

# A port in use, and an address that is not ours.
listening busy --null
refused 1 "ddress already in use" recv --null --port "$port"
refused 1 "assign" recv --null --listen 192.0.2.77:7587
kill -INT "$(pid_of busy)"
ends busy

# What is right.
for words in help --help "help recv" "recv --help" "send -h" "help keygen" \
	"help impair" "help lab" \
	version --version; do
	# shellcheck disable=SC2086
	run x "$SILBO" $words
	is "silbo $words" $status 0
	is "silbo $words: errors" "$(wc -c <"$work/x.err")" 0
	is "silbo $words: wider than 80 columns" \
		"$(awk 'length > 80' "$work/x.out" | wc -l)" 0
done
# In the list and in its own help a command is said to do the same: the verb
# first, no period.
"$SILBO" help | sed -n '/^Commands:/,/^$/p' | grep '^  ' >"$work/commands"
is "commands" "$(wc -l <"$work/commands")" 9
while read -r word purpose; do
	is "$word: purpose" "$("$SILBO" help "$word" | head -n 1)" \
		"silbo $word - $purpose"
	is "$word: style" "$(echo "$purpose" | grep -c '^[a-z].*[^.]$')" 1
done <"$work/commands"
run x "$SILBO"
is "silbo alone" $status 2
says x.err "keygen"
run x "$SILBO" version
says x.out "silbo 0.1.0"

# With the standard descriptors closed no file or socket may take their place:
# messages would be written into it.
if [ -d /proc/self/fd ]; then
	start closed sh -c 'exec "$0" "$@" <&- >&- 2>&-' \
		"$SILBO" recv --port 0 --null -d 5s
	tries=0
	until ls -l "/proc/$(pid_of closed)/fd" 2>/dev/null | grep -q socket:; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail "no socket"
		sleep 0.05
	done
	for fd in 0 1 2; do
		is "descriptor $fd" \
			"$(readlink "/proc/$(pid_of closed)/fd/$fd")" /dev/null
	done
	kill "$(pid_of closed)"
	ends closed
	is "all closed: exit" $status 3
else
	not_checked "descriptors: /proc is not mounted"
fi
run closed sh -c '"$0" help >&-' "$SILBO"
is "help into nothing: exit" $status 1
pass
