#!/bin/sh
# SPDX-License-Identifier: MIT
# The log of silbo probe --packets: files, pipes and disks; what is refused; it
# grows while it runs, and takes no memory that grows.
. "$(dirname -- "$0")/lib.sh"

listening mirror --null --reflect --listen 127.0.0.1
here_is=127.0.0.1:$port
lines() { grep -cE ',(answered|lost|pending),' "$1"; }
known() { # known NAME: its log gives its report
	is "$1: log and report" "$(python3 -B "$here/probe_packets_check.py" \
		"$work/$1.log" "$work/$1.json")" ""
}

# ---- What is there is overwritten, as of --json; - is standard output.
echo old >"$work/file.log"
run file "$SILBO" probe "$here_is" -n 20 -i 2ms --packets "$work/file.log" \
	--json "$work/file.json"
is "file: exit status" $status 0
known file
is "named in the report" "$(json "$work/file.json" 'r["config"]["packets"]')" \
	"$work/file.log"
run out "$SILBO" probe "$here_is" -n 20 -i 2ms --packets - \
	--json "$work/out.json"
is "out: exit status" $status 0
cp "$work/out.out" "$work/out.log"
known out

# ---- A pipe: whoever reads is waited for before anything is sent.
mkfifo "$work/pipe"
start cat cat "$work/pipe"
run pipe "$SILBO" probe "$here_is" -n 20 -i 2ms --packets "$work/pipe" \
	--json "$work/pipe.json"
ends cat
is "pipe: exit status" $status 0
cp "$work/cat.out" "$work/pipe.log"
known pipe
start gone head -n 1 "$work/pipe"
run cut "$SILBO" probe "$here_is" -d 2500ms -i 2ms --packets "$work/pipe" \
	--json "$work/cut.json"
is "a reader that goes: exit status" $status 1
says cut.err "the log of datagrams '$work/pipe' is not whole: Broken pipe"
says cut.err "keep its reader running"
is "it is told once" "$(grep -c 'not whole' "$work/cut.err")" 1
is "and all is measured" "$(json "$work/cut.json" 'r["probes"][0]["sent"]')" 1250
start waiting "$SILBO" probe "$here_is" -n 1 --packets "$work/pipe"
sleep 0.3
kill -TERM "$(pid_of waiting)"
ends waiting
is "nobody reads: a signal ends it" $status 143

# ---- Disks.
run nowhere "$SILBO" probe "$here_is" -n 1 --packets /nowhere/p.csv
is "a log that cannot be" $status 1
says nowhere.err "cannot write the log of datagrams '/nowhere/p.csv': No such"
says nowhere.err "hint: name a file"
if [ -c /dev/full ]; then
	run full "$SILBO" probe "$here_is" -n 20 -i 2ms --packets /dev/full
	is "a full disk" $status 1
	says full.err "the log of datagrams '/dev/full' is not whole: No space"
	says full.err "make room there"
	says full.err "answered    20 of 20 sent"
else
	not_checked "a full disk: no /dev/full"
fi

# ---- What is refused, before anything is sent.
refused() { # refused TEXT ARG...
	text=$1
	shift
	run refused "$SILBO" probe "$@"
	is "refused: $*" $status 2
	says refused.err "$text"
}
refused "--packets is not for --mtu" "$here_is" --mtu \
	--packets "$work/never"
refused "unknown option '--packets'" --reflect --packets "$work/never"
refused "unknown option '--packets" --reflect --stamp \
	--packets="$work/never"
refused "--packets writes to that file already" "$here_is" \
	--packets "$work/never" --json "$work/never"
refused "writes to standard output already" "$here_is" --packets - --json -
key k
cp "$work/k" "$work/same"
refused "--packets '$work/k': that would overwrite the key" "$here_is" \
	--key "$work/k" --packets "$work/k"
is "the key" "$(cmp "$work/k" "$work/same")" ""
is "nothing was written" "$([ -e "$work/never" ] || echo no)" no

# ---- While it runs the log is at most a second behind; what is under way when it
# is told to stop has a line, too.
start live "$SILBO" probe "$here_is" -d 0 -i 1s --packets "$work/live.log" \
	--json "$work/live.json"
until_says "$work/live.log" ",answered,0,"
kill -0 "$(pid_of live)"
is "it still runs" $? 0
kill -STOP "$(pid_of mirror)"
sleep 0.3
kill -INT "$(pid_of live)"
ends live
kill -CONT "$(pid_of mirror)"
is "live: exit status" $status 0
known live

start undecided "$SILBO" probe "$here_is" -d 0 -i 50ms -w 20s \
	--packets "$work/undecided.log" --json "$work/undecided.json"
until_says "$work/undecided.log" ",answered,0,"
kill -STOP "$(pid_of mirror)"
sleep 0.5
kill -INT "$(pid_of undecided)"
ends undecided
kill -CONT "$(pid_of mirror)"
known undecided
is "what is not decided is in it" "$([ "$(grep -c ',pending,' \
	"$work/undecided.log")" -gt 0 ] && echo yes)" yes

# ---- Nothing is kept of what is decided.
if [ "${SANITIZED:-}" = "" ]; then
	for n in 500 5000; do
		run "peak$n" "$PEAK" "$work/peak$n.kib" "$SILBO" probe \
			"$here_is" -n $n -i 1ms -q --packets "$work/peak.log"
		is "peak: lines" "$(lines "$work/peak.log")" $n
	done
	few=$(cat "$work/peak500.kib") many=$(cat "$work/peak5000.kib")
	echo "500 datagrams: $few KiB, 5000: $many KiB at its peak"
	is "no more for more datagrams" \
		"$([ "$many" -le $((few + 256)) ] && echo yes)" yes
else
	not_checked "memory: sanitizers use memory of their own"
fi

# ---- What this machine refuses has a line, too.
if command -v strace >/dev/null 2>&1 &&
	strace -qq -e trace=none -o /dev/null true 2>/dev/null; then
	run unsent strace -E ASAN_OPTIONS=detect_leaks=0 -qq -o /dev/null \
		-e trace=sendto,sendmsg,sendmmsg \
		-e "inject=sendto,sendmsg,sendmmsg:error=EPERM:when=10..14" \
		"$SILBO" probe "$here_is" -n 40 -i 10ms \
		--packets "$work/unsent.log" --json "$work/unsent.json"
	is "unsent: exit status" $status 0
	is "unsent" "$(grep -c ',unsent,' "$work/unsent.log")" 5
	known unsent
else
	not_checked "what does not leave: strace cannot trace here"
fi
pass
