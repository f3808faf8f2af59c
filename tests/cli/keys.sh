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

# Who holds a key holds it in locked memory and leaves no core file: the array it
# is read into, and all that a receiver works with.
locked_kib() { sed -n 's/^VmLck:[[:space:]]*\([0-9]*\) kB$/\1/p' \
	"/proc/$(pid_of "$1")/status" 2>/dev/null; }
listening plain --null
listening held --null --key "$work/a.key"
kib=$(locked_kib held)
if [ -z "$kib" ] || [ -n "${SANITIZED:-}" ]; then
	not_checked "locked memory, which is told by VmLck without sanitizers"
elif [ "$(ulimit -l)" != unlimited ] && [ "$(ulimit -l)" -lt 512 ]; then
	not_checked "locked memory, as no more than $(ulimit -l) KiB are allowed"
else
	is "locked without a key" "$(locked_kib plain)" 0
	is "locked with a key ($kib KiB)" $((kib >= 64 && kib <= 256)) 1
	# A sender locks two things: the array, and its subkey once it streams.
	start sends "$SILBO" send tone "127.0.0.1:$port" -d 60s \
		--key "$work/a.key"
	until_says "$work/held.err" "stream"
	is "locked by a sender" $(($(locked_kib sends) >= 8)) 1
	kill -INT "$(pid_of sends)"
	ends sends
fi
if [ -r "/proc/$(pid_of held)/limits" ]; then
	is "core limit" "$(sed -n 's/^Max core file size *//p' \
		"/proc/$(pid_of held)/limits" | tr -s ' ')" "0 0 bytes "
else
	not_checked "the limit of core files, which /proc does not tell"
fi
for end in plain held; do
	kill -INT "$(pid_of $end)"
	ends $end
done

# Where locking is refused, -v says so once and all works as before.
without=
[ "$(id -u)" != 0 ] || without="setpriv --bounding-set -ipc_lock"
# shellcheck disable=SC2086
if [ -n "${SANITIZED:-}" ]; then
	not_checked "-v where memory cannot be locked: sanitizers lock none"
elif (ulimit -l 0 && $without true) 2>/dev/null; then
	run tight sh -c 'ulimit -l 0 && exec "$@"' sh $without "$SILBO" recv \
		--null -p 0 -d 100ms --key "$work/a.key" -v
	is "without locked memory" $status 3
	is "told once" "$(grep -c "keys may be swapped out: cannot lock" \
		"$work/tight.err")" 1
else
	not_checked "-v where memory cannot be locked, for want of setpriv"
fi

# The environment names a file, never a key; the flag wins.
run env env SILBO_KEY_FILE="$work/missing.key" "$SILBO" recv --null -d 1s
is "SILBO_KEY_FILE" $status 2
run env env SILBO_KEY_FILE="$work/missing.key" "$SILBO" recv --null -d 100ms \
	--port 0 --key "$work/a.key"
is "flag over environment" $status 3
pass
