#!/bin/sh
# SPDX-License-Identifier: MIT
# Key files: made with care, refused with a reason.
. "$(dirname -- "$0")/lib.sh"

run new "$SILBO" keygen -o "$work/a.key"
is "keygen" $status 0
is "mode" "$(stat -c %a "$work/a.key")" 600
id=$(sed -n 's/^key id \([0-9a-f]\{8\}\)$/\1/p' "$work/new.out")
is "an id of 8 digits" "${#id}" 8
cp "$work/a.key" "$work/before"
run again "$SILBO" keygen -o "$work/a.key"
is "never overwrites" $status 1
says again.err "exists"
is "and leaves it as it was" "$(cmp "$work/a.key" "$work/before")" ""
mkdir "$work/keys"
ln -s nowhere "$work/keys/link"
run link "$SILBO" keygen -o "$work/keys/link"
is "never through a link" $status 1
is "nothing is left" "$(ls -A "$work/keys")" link
long=$(printf '%0255d' 7)
run long "$SILBO" keygen -o "$work/keys/$long"
is "the longest name" $status 0

# Killed between making the file and writing it (SIGXFSZ at the first byte): the
# name is free for the next run.
run killed sh -c 'ulimit -f 0; exec "$0" keygen -o "$1"' \
	"$SILBO" "$work/keys/killed.key"
is "killed by a signal" "$([ $status -gt 128 ] && echo yes)" yes
is "killed: no key" "$([ -e "$work/keys/killed.key" ] || echo none)" none
run next "$SILBO" keygen -o "$work/keys/killed.key"
is "after that" $status 0

# At each call that matters: the file is whole, or there is none.  Where there
# are no links the name is taken by renaming, and never from a file that is there.
if command -v strace >/dev/null 2>&1 &&
	strace -qq -e trace=none -o /dev/null true 2>/dev/null; then
	strange() { # strange INJECTION: keygen with it
		run strange strace -E ASAN_OPTIONS=detect_leaks=0 -qq \
			-o /dev/null -e "inject=$1" \
			"$SILBO" keygen -o "$work/keys/strange.key"
	}
	for call in write fsync ?link,linkat; do
		strange "$call:signal=KILL:when=1"
		is "killed at $call" $status 137
		run next "$SILBO" keygen -o "$work/keys/strange.key"
		is "after a kill at $call" $status 0
		rm "$work/keys/strange.key"
	done
	strange "?link,linkat:error=EPERM"
	is "without links" $status 0
	is "without links: lines" "$(wc -l <"$work/keys/strange.key")" 2
	cp "$work/keys/strange.key" "$work/before"
	strange "?link,linkat:error=EPERM"
	is "without links: never overwrites" $status 1
	says strange.err "exists"
	is "and leaves that" "$(cmp "$work/keys/strange.key" "$work/before")" ""
	rm "$work/keys/strange.key"
	strange "fsync:error=ENOSPC"
	is "a full disk" $status 1
	says strange.err "No space left on device"
	is "a full disk: no file" "$(ls "$work/keys" | grep -c strange)" 0
else
	not_checked "keygen killed at each call: no strace"
fi
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
