#!/bin/sh
# SPDX-License-Identifier: MIT
# SIGINT, SIGTERM and SIGHUP at any time end with the report, valid JSON and the
# right exit status; the second quits with 130.
. "$(dirname -- "$0")/lib.sh"

for sig in INT TERM HUP; do
	# A receiver that heard nothing.
	listening "idle$sig" --null --json "$work/idle.json"
	kill -$sig "$(pid_of "idle$sig")"
	ends "idle$sig"
	is "idle receiver, $sig" $status 3
	is "its JSON" "$(json "$work/idle.json" 'r["role"]')" recv
	says "idle$sig.err" "nothing received"

	# Several at once, as a session that ends sends them, are one.
	listening "both$sig" --null
	for each in STOP INT TERM CONT; do
		kill -$each "$(pid_of "both$sig")"
	done
	ends "both$sig"
	is "INT and TERM at once" $status 3
	says "both$sig.err" "nothing received"

	# In the middle of a stream, both ends.
	listening "recv$sig" -o "$work/$sig.wav" --json "$work/r.json"
	start "send$sig" "$SILBO" send tone "127.0.0.1:$port" \
		--json "$work/s.json"
	until_says "$work/recv$sig.err" "stream "
	sleep 0.5
	kill -$sig "$(pid_of "recv$sig")"
	ends "recv$sig"
	is "receiver, $sig" $status 0
	is "tail" "$(json "$work/r.json" 's["tail"]')" unknown
	is "sums" "$(json "$work/r.json" '5 < s["packets"]["expected"] == sum(
		s["packets"][k] for k in ("unique", "lost", "pending"))')" True
	python3 -c 'import sys, wave
assert wave.open(sys.argv[1]).getnframes() > 4800' "$work/$sig.wav" ||
		fail "recording not valid"
	kill -$sig "$(pid_of "send$sig")"
	ends "send$sig"
	is "sender, $sig" $status 0
	is "sender's JSON" "$(json "$work/s.json" 'r["role"]')" send
	says "send$sig.err" "sent"
done

# SIGUSR1: the report so far, and on it goes, also before anything happens.
listening recvU --null --once --json "$work/u.json"
kill -USR1 "$(pid_of recvU)"
until_says "$work/recvU.err" "nothing received"
start sendU sh -c '{ sleep 1; dd if=/dev/zero bs=9600 count=20 2>/dev/null; } |
	exec "$0" send - "$1" --json "$2"' "$SILBO" "127.0.0.1:$port" "$work/t.json"
until_says "$work/recvU.err" "stream "
kill -USR1 "$(pid_of recvU)"
until_says "$work/recvU.err" "datagrams"
ends sendU
ends recvU
is "receiver after SIGUSR1" $status 0
is "two reports of the stream" "$(grep -c '^  datagrams' "$work/recvU.err")" 2
is "the last is whole" "$(json "$work/u.json" 's["packets"]["unique"]')" \
	"$(json "$work/t.json" 's["sent"]["data"]')"
start sendV "$SILBO" send tone "127.0.0.1:$port" -d 2s
until_says "$work/sendV.err" "not encrypted"
sleep 0.3
kill -USR1 "$(pid_of sendV)"
until_says "$work/sendV.err" "  sent "
ends sendV
is "sender after SIGUSR1" $status 0
is "two reports of the sender" "$(grep -c '^  sent ' "$work/sendV.err")" 2

# Also in the first moment, before anything is set up; and SIGUSR1 then ends
# nothing.
for number in 1 2 15 10; do
	rm -f "$work"/*.json
	run early env LD_PRELOAD="$SHIM_SIGNAL_SO" SHIM_SIGNAL=$number \
		"$SILBO" recv --null --port 0 -d 300ms --json "$work/r.json"
	is "receiver, signal $number at the start" $status 3
	is "its report" "$(json "$work/r.json" 'r["role"]')" recv
	says early.err "nothing received"
	is "it ended at once" "$(json "$work/r.json" \
		'r["duration_s"] < 0.25')" \
		"$([ $number = 10 ] && echo False || echo True)"
	run early env LD_PRELOAD="$SHIM_SIGNAL_SO" SHIM_SIGNAL=$number \
		"$SILBO" send tone 127.0.0.1:9 -d 300ms --json "$work/s.json"
	is "sender, signal $number at the start" $status 0
	is "its datagrams" "$(json "$work/s.json" 's["sent"]["data"]')" \
		"$([ $number = 10 ] && echo 16 || echo 0)"
done

# Who is started so that the end of its terminal does not matter goes on.
start nohup sh -c 'trap "" HUP; exec "$@"' sh "$SILBO" recv --null --port 0 \
	-d 700ms --json "$work/r.json"
until_says "$work/nohup.err" "listening on"
kill -HUP "$(pid_of nohup)"
ends nohup
is "ignored SIGHUP" "$(json "$work/r.json" 'r["duration_s"] >= 0.7')" True

# While a name is looked up, and a FIFO waits for its other end.
echo 127.0.0.1 >"$work/hosts"
start slow env SHIM_HOSTS="$work/hosts" LD_PRELOAD="$SHIM_RESOLVER" \
	"$SILBO" send tone studio.test:9 studio.test:9 --json "$work/s.json"
sleep 0.5
kill -TERM "$(pid_of slow)"
ends slow
is "SIGTERM during a lookup" $status 0
is "its report" "$(json "$work/s.json" '(s["sent"]["data"],
	r["duration_s"] == 0)')" "(0, True)"
is "it did not begin in 1970" "$(json "$work/s.json" \
	'r["start"][:4] != "1970"')" True
mkfifo "$work/fifo"
start fifo "$SILBO" send tone 127.0.0.1:9 --events "$work/fifo"
sleep 0.3
kill -TERM "$(pid_of fifo)"
ends fifo
is "SIGTERM while a FIFO has no other end" $status 143

# And while the report of a run that has ended by itself waits for a reader; a
# limit only so that a fault does not hang this test.
for each in "recv --port 0 --null" "send tone 127.0.0.1:9" \
	"impair -l 127.0.0.1:0 -t 127.0.0.1:9"; do
	name=${each%% *}
	# shellcheck disable=SC2086
	start "$name" timeout -s KILL 20 "$SILBO" $each -d 100ms --json "$work/fifo"
	case $name in
	recv) until_says "$work/recv.err" "nothing received" ;;
	send) until_says "$work/send.err" "  sent " ;;
	impair) until_says "$work/impair.err" "itself" ;;
	esac
	sleep 0.3
	kill -TERM "$(pid_of "$name")"
	ends "$name"
	is "$name: SIGTERM while nobody reads the report" $status 130
done

# A sender that is told to stop says END: the receiver ends by itself.
listening once --null --once --json "$work/once.json"
start stopped "$SILBO" send tone "127.0.0.1:$port"
until_says "$work/once.err" "stream "
kill -INT "$(pid_of stopped)"
ends stopped
is "stopped sender" $status 0
ends once
is "receiver after END" $status 0
is "tail known" "$(json "$work/once.json" 's["tail"]')" known

# The second signal is immediate, also while the first one's work goes on.
start twice "$SILBO" send tone "127.0.0.1:$port"
until_says "$work/twice.err" "not encrypted"
sleep 0.3
kill -INT "$(pid_of twice)"
sleep 0.05
kill -INT "$(pid_of twice)"
ends twice
is "second Ctrl-C" $status 130
# The same of a search for the path MTU, whose second host it never comes to.
start mtuU "$SILBO" probe --mtu 127.0.0.1:9 "[::1]:9" -w 30s --json "$work/m.json"
until_says "$work/mtuU.err" "of growing size"
sleep 0.3
kill -USR1 "$(pid_of mtuU)"
until_says "$work/mtuU.err" "the search has not ended"
kill -0 "$(pid_of mtuU)" || fail "the search did not go on"
kill -INT "$(pid_of mtuU)"
ends mtuU
is "the search" $status 3
is "what was never searched is unknown" "$(json "$work/m.json" \
	'[r["probes"][1]["path_mtu"][k] for k in ("most_bytes", "header_bytes",
		"packet_bytes", "took_ms", "asked")]')" "[None, None, None, None, 0]"
is "a search has no schedule" "$(json "$work/m.json" '[r["config"][k] for k in
	("duration_s", "count", "interval_ms", "size_bytes")]')" \
	"[None, None, None, None]"
is "no size of nothing" "$(grep -c ' 0 bytes' "$work/mtuU.err")" 0

pass
