#!/bin/sh
# SPDX-License-Identifier: MIT
# Key files: made with care, refused with a reason.
. "$(dirname -- "$0")/lib.sh"

run new "$SILBO" keygen -o "$work/a.key"
is "keygen" $status 0
is "mode" "$(stat -c %a "$work/a.key")" 600
id=$(sed -n 's/^key id \([0-9a-f]\{8\}\)$/\1/p' "$work/new.out")
is "an id of 8 digits" "${#id}" 8
run again "$SILBO" keygen -o "$work/a.key"
is "never overwrites" $status 1
says again.err "exists"
run none "$SILBO" keygen -o "$work/no/such/a.key"
is "no directory" $status 1
says none.err "No such file or directory"
listening shows --key "$work/a.key" --null
says shows.err "$id"
kill -INT "$(pid_of shows)"
ends shows

# refused NAME TEXT: neither end takes the file, and never falls back to plain.
refused() {
	for end in "recv --null -d 1s --port 0" "send tone 127.0.0.1 -d 1s"; do
		# shellcheck disable=SC2086
		run x "$SILBO" $end --key "$work/$1"
		is "$1: $end" $status 2
		says x.err "$2"
		says x.err "$1"
		says_not x.err "listening"
	done
}
refused missing.key "No such file or directory"
cp "$work/a.key" "$work/open.key" && chmod 644 "$work/open.key"
refused open.key "chmod 600"
cp "$work/a.key" "$work/group.key" && chmod 620 "$work/group.key"
refused group.key "chmod 600"
line=$(grep silbo1: "$work/a.key")
bad() { (umask 077 && printf "$2" >"$work/$1"); }
bad empty.key ''
refused empty.key "no key"
bad comment.key '# only a comment\n'
refused comment.key "no key"
bad short.key 'silbo1:AAAA\n'
refused short.key "line 1"
bad prefix.key '# x\nsilbo2:AAAA\n'
refused prefix.key "line 2"
bad five.key "$line\n$line\n$line\n$line\n$line\n"
refused five.key "up to 4 keys"
bad binary.key '\001\002\377\n'
refused binary.key "line 1"
(umask 077 && head -c 5000 /dev/zero | tr '\0' '#' >"$work/long.key")
refused long.key "4096"
mkdir "$work/dir.key" && chmod 700 "$work/dir.key"
refused dir.key "regular file"
mkfifo -m 600 "$work/fifo.key"
refused fifo.key "regular file"

# The environment names a file, never a key; the flag wins.
run env env SILBO_KEY_FILE="$work/missing.key" "$SILBO" recv --null -d 1s
is "SILBO_KEY_FILE" $status 2
run env env SILBO_KEY_FILE="$work/missing.key" "$SILBO" recv --null -d 100ms \
	--port 0 --key "$work/a.key"
is "flag over environment" $status 3
pass
