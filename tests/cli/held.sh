#!/bin/sh
# SPDX-License-Identifier: MIT
# What play-out holds when the receiver is told to end was received: it is in the
# file.  And --fixed-delay is how long it is held.
. "$(dirname -- "$0")/lib.sh"

# whole NAME SAMPLES: as long as what came, but for the frame at either end; one
# more is made up where the end came before the last payload was due.
whole() {
	unique=$(json "$work/r.json" 's["packets"]["unique"]')
	is "$1: some came ($unique)" $((unique > 40)) 1
	is "$1: $2 samples of $unique frames" \
		$(($2 > (unique - 2) * 960 && $2 <= (unique + 1) * 960)) 1
}

for mix in "" --mix; do
	# shellcheck disable=SC2086
	listening recv -o "$work/out.wav" $mix --fixed-delay 1s \
		--json "$work/r.json"
	start send "$SILBO" send tone "127.0.0.1:$port"
	until_says "$work/recv.err" "stream "
	sleep 1.7
	kill -INT "$(pid_of recv)"
	ends recv
	is "SIGINT $mix: exit" $status 0
	whole "SIGINT $mix" "$(json "$work/r.json" 's["samples"]')"
	is "SIGINT $mix: file" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" \
		"$(json "$work/r.json" 's["samples"]')"
	is "SIGINT $mix: held for a second" "$(json "$work/r.json" \
		'900 < s["playout"]["delay_ms_mean"] < 1500')" True
	kill -INT "$(pid_of send)"
	ends send
done

listening recv -o - -d 3s --fixed-delay 1s --json "$work/r.json"
start send "$SILBO" send tone "127.0.0.1:$port" -d 10s
ends recv
is "-d: exit" $status 0
whole "-d" $(($(wc -c <"$work/recv.out") / 2))

# The longest delay there is: nothing was due before the end, and all of it goes
# to the reader then.
mkfifo "$work/samples"
cat "$work/samples" >"$work/all.raw" &
pids="$pids $!"
reader=$!
start recv sh -c "exec \"$SILBO\" recv --port 0 -o - -d 3s --fixed-delay 5s \
	--json \"$work/r.json\" >\"$work/samples\""
ready recv
start send "$SILBO" send tone "127.0.0.1:$port" -d 10s
ends recv
is "5 s of delay: exit" $status 0
wait $reader
whole "5 s of delay" $(($(wc -c <"$work/all.raw") / 2))
is "5 s of delay: nothing jumped" "$(json "$work/r.json" \
	's["playout"]["resyncs"]')" 0
kill -INT "$(pid_of send)"
ends send

# The default is held for much less.
listening recv --null --once --json "$work/r.json"
run send "$SILBO" send tone "127.0.0.1:$port" -d 1s
ends recv
is "60 ms of delay" "$(json "$work/r.json" \
	'10 < s["playout"]["delay_ms_mean"] < 500')" True
pass
