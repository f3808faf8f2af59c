#!/bin/sh
# SPDX-License-Identifier: MIT
# What silbo impair refuses: each thing named, with what may be said instead.
. "$(dirname -- "$0")/lib.sh"

# no TEXT HINT ARG...: refused with status 2, this text and this hint; nothing
# was opened.
no() {
	text=$1 hint=$2
	shift 2
	run no "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:9 "$@" -d 1s
	is "impair $*" $status 2
	says no.err "$text"
	[ -z "$hint" ] || says no.err "$hint"
	says_not no.err "listening on"
}

# Numbers that cannot be.
no "--loss: '2' is not a ratio" "write 2% or 0.02" --loss 2
no "--loss: '120%' is not a ratio" "" --loss 120%
no "--loss: '-1%' is not a ratio" "" --loss -1%
no "bursts of 1.01" "1/(1-loss) = 1.05" --loss 5% --burst 1.01
no "--delay: '-10ms' is not a delay" "write 40ms" --delay -10ms
no "--delay: '40' is not a delay" "write 40ms" --delay 40
no "--reorder: '7'" "write 2% or 0.02" --reorder 7
no "--rate: 'fast' is not a rate" "write 64k" --rate fast
no "expected KEY=VALUE" "loss=5% delay=20ms" --forth 'loss'
no "--back: loss: '5' is not a ratio" "" --back 'delay=20ms loss=5'
no "unknown key 'los'" "did you mean 'loss'?" --forth 'los=5%'
no "--seed '-1': not a whole number" "0 to 18446744073709551615" --seed -1
no "--seed '1x'" "" --seed 1x

# Words.
no "unknown option '--los'" "did you mean" --los 2%
no "no preset is called 'lectur'" "did you mean 'lecture'?" \
	--scenario preset:lectur
no "no preset is called 'zzzzzzzz'" "there are: perfect" --preset zzzzzzzz
no "-q and -v exclude one another" "" -q -v
no "--log -: --json - writes to standard output already" "" --log - --json -
no "--json writes to that file already" "" --log "$work/x.part" --json "$work/x"

# Scenario files: with file and line.
printf '[link]\nloss = 2\n' >"$work/a.ini"
no "a.ini:2: loss: '2' is not a ratio" "write 2% or 0.02" -s "$work/a.ini"
printf '[link]\n\nlos = 2%%\n' >"$work/b.ini"
no "b.ini:3: unknown key 'los'" "did you mean 'loss'?" -s "$work/b.ini"
printf '[road]\nloss = 2%%\n' >"$work/c.ini"
no "c.ini:1: unknown section [road]" "[link] [forth] [back]" -s "$work/c.ini"
no "none.ini: No such file" "" -s "$work/none.ini"
no "not a scenario file" "" -s "$work"

# What is read is not written to, by no name.
printf '[link]\nloss_trace = losses\n' >"$work/road.ini"
echo 0 >"$work/losses"
cp "$work/road.ini" "$work/road.copy"
ln -s road.ini "$work/alias.ini"
for into in "--log $work/road.ini" "--json $work/road.ini" \
	"--json $work/./alias.ini" "--log $work/losses" \
	"--json $work/losses"; do
	# shellcheck disable=SC2086
	no "that would overwrite" "give each a file of its own" \
		-s "$work/road.ini" $into
done
no "--log '$work/losses': that would overwrite a trace" "" \
	--loss-trace "$work/losses" --log "$work/losses"
is "the scenario" "$(cmp "$work/road.ini" "$work/road.copy")" ""
is "the trace" "$(cat "$work/losses")" 0

# Traces: empty, binary, of 10 GB, none.
: >"$work/empty"
no "empty' is empty" "" --loss-trace "$work/empty"
head -c 4096 /dev/zero >"$work/zeros"
no "line 1: expected text: a NUL" "" --loss-trace "$work/zeros"
truncate -s 10G "$work/huge" 2>/dev/null &&
	no "it has more than 128 MiB" "" --loss-trace "$work/huge"
no "No such file" "" --delay-trace "$work/absent"
rm -f "$work/huge"

# Addresses.
for pair in "127.0.0.1 127.0.0.1:9" ":x localhost" "[::1:7600 localhost" \
	"127.0.0.1:99999 localhost" ":7600 :7587" ":7600 localhost:0"; do
	# shellcheck disable=SC2086
	set -- $pair
	run address "$SILBO" impair -l "$1" -t "$2" -d 1s
	is "$pair" $status 2
	says address.err "not an address"
	says address.err "hint: as in"
done
run alone "$SILBO" impair -l :7600
is "without --to" $status 2
says alone.err "--listen and --to are needed"
run extra "$SILBO" impair -l :7600 -t localhost more
is "an argument" $status 2
run absent "$SILBO" impair -l :7600 -t "no such host" -d 1s
is "a name that is none" $status 1
says absent.err "cannot resolve 'no such host'"
says absent.err "hint: check the spelling"

# Itself, however it is written.
set -- $(free_ports 2)
p=$1 q=$2
round() { # round LISTEN TO
	run round "$SILBO" impair -l "$1" -t "$2" -d 1s
	is "from $1 to $2" $status 2
	says round.err "--to is where impair itself listens"
	says round.err "hint: give --listen another port"
}
through() { # through LISTEN TO: other ports, other addresses are no circle
	run through "$SILBO" impair -l "$1" -t "$2" -d 100ms -q
	is "from $1 to $2" $status 0
}
round 127.0.0.1:$p 127.0.0.1:$p
round 0.0.0.0:$p 127.0.0.1:$p
round 0.0.0.0:$p 127.0.0.2:$p
round 0.0.0.0:$p 0.0.0.0:$p
round 127.0.0.1:$p 0.0.0.0:$p
round :$p 127.0.0.1:$p
if getent hosts localhost >/dev/null; then
	round :$p localhost:$p
else
	not_checked "a circle by name: localhost has no address here"
fi
round :$p 0.0.0.0:$p
own=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -F . | head -n 1)
if [ -n "$own" ]; then
	round :$p "$own:$p"
	round "$own:$p" "$own:$p"
	through "$own:$p" 127.0.0.1:$p
else
	not_checked "no address of its own beside the loopback"
fi
through 127.0.0.1:$p 127.0.0.1:$q
through 127.0.0.1:$p 127.0.0.2:$p
if have_ipv6; then
	round "[::1]:$p" "[::1]:$p"
	round "[::]:$p" "[::1]:$p"
	round "[::]:$p" "[::]:$p"
	round "[::1]:$p" "[::]:$p"
	round "[::]:$p" 127.0.0.1:$p
	round ":$p" "[::ffff:127.0.0.1]:$p"
	round 127.0.0.1:$p "[::ffff:127.0.0.1]:$p"
	round "[::ffff:127.0.0.1]:$p" 127.0.0.1:$p
	through 127.0.0.1:$p "[::1]:$p"
	through 0.0.0.0:$p "[::1]:$p"
else
	not_checked "no IPv6 on the loopback"
fi
pass
