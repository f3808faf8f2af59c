#!/bin/sh
# SPDX-License-Identifier: MIT
# The wall clock jumps by an hour, back and forth, five times a second, at either
# end: stamps that cannot be believed are replaced and counted, and the stream
# does not notice.
. "$(dirname -- "$0")/lib.sh"

stream() { # stream VICTIM
	preload_recv='' preload_send=''
	eval "preload_$1=LD_PRELOAD=$SHIM_CLOCK"
	start recv env $preload_recv "$SILBO" recv --port 0 --once \
		-o "$work/out.wav" --json "$work/r.json"
	ready recv
	run send env $preload_send "$SILBO" send voice "127.0.0.1:$port" -d 3s \
		--json "$work/s.json"
	is "$1: sender" $status 0
	ends recv
	is "$1: receiver" $status 0
}

for victim in recv send; do
	calmly stream $victim
	is "$victim: packets" "$(json "$work/r.json" '[s["packets"][k] for k in
		("expected", "unique", "lost", "duplicate", "reordered")]')" \
		"[151, 151, 0, 0, 0]"
	is "$victim: recorded" "$(python3 -c 'import sys, wave
print(wave.open(sys.argv[1]).getnframes())' "$work/out.wav")" 144000
	if in_time "$victim"; then
		is "$victim: resyncs" "$(json "$work/r.json" \
			's["playout"]["resyncs"]')" 0
		is "$victim: jitter" "$(json "$work/r.json" \
			's["jitter_ms_max"] < 100')" True
	fi
	refused=$(json "$work/r.json" 'r["datagrams"]["stamps_refused"]')
	# Half of the time the clock is an hour off, to either side.
	is "$victim: stamps refused ($refused)" "$([ $victim = send ] &&
		echo $((refused == 0)) || echo $((refused > 60 &&
		refused < 105)))" 1
done
pass
