#!/bin/sh
# SPDX-License-Identifier: MIT
# The wall clock jumps by an hour, back and forth, five times a second, at either
# end: stamps that cannot be believed are replaced and counted, and the stream
# does not notice.  The end whose clock it is tells of it.
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
		# A step that got into the times would be 3600000 ms.
		is "$victim: delay" "$(json "$work/r.json" \
			'(s["delay_ms"]["max"] < 100 and
			s["ipdv_ms"]["max"] < 100 and
			s["buffer_loss_ratio"]["150"] == 0)')" True
	fi
	is "$victim: absurd times" "$(json "$work/r.json" 's["absurd_times"]')" 0
	is "$victim: every delay counts" \
		"$(json "$work/r.json" 's["ipdv_ms"]["pairs"]')" 150
	for end in recv send; do
		count=$(json "$work/$(echo $end | cut -c 1).json" \
			'r["clock_steps"]["count"]')
		if [ $end = $victim ]; then
			# Five a second; a machine that is held up may miss some.
			is "$victim: steps of $end ($count)" \
				$((count > 5 && count < 30)) 1
			says $end.err "this machine's clock was set $count times"
			says $end.err "no figure depends on it"
		else
			is "$victim: steps of $end" "$count" 0
			says_not $end.err "clock was set"
		fi
	done
	refused=$(json "$work/r.json" 'r["datagrams"]["stamps_refused"]')
	# Half of the time the clock is an hour off, to either side.
	is "$victim: stamps refused ($refused)" "$([ $victim = send ] &&
		echo $((refused == 0)) || echo $((refused > 60 &&
		refused < 105)))" 1
done

# Set forward once, by an hour: all stamps of the kernel are older than they can
# be from then on.
echo 0 >"$work/wall"
start recv env LD_PRELOAD="$SHIM_CLOCK" SHIM_WALL="$work/wall" \
	"$SILBO" recv --port 0 --once --null --json "$work/r.json"
ready recv
start send "$SILBO" send voice "127.0.0.1:$port" -d 3s --json "$work/s.json"
until_says "$work/recv.err" "stream "
echo 3600 >"$work/wall.part"
mv "$work/wall.part" "$work/wall"
ends send
is "forward: sender" $status 0
ends recv
is "forward: receiver" $status 0
is "forward: steps" "$(json "$work/r.json" 'r["clock_steps"]["count"]')" 1
is "forward: total" \
	"$(json "$work/r.json" 'round(r["clock_steps"]["total_ms"] / 1000)')" 3600
says recv.err "this machine's clock was set forward by 3600.0 s during the run"
is "forward: packets" "$(json "$work/r.json" '[s["packets"][k] for k in
	("expected", "unique", "lost")]')" "[151, 151, 0]"
is "forward: absurd times" "$(json "$work/r.json" 's["absurd_times"]')" 0
! undisturbed || is "forward: delay" \
	"$(json "$work/r.json" 's["delay_ms"]["max"] < 100')" True

# A prober whose clock jumps: neither its round trips nor either way knows.
start recv "$SILBO" recv --listen 127.0.0.1 --port 0 --null --reflect
ready recv
run probe env LD_PRELOAD="$SHIM_CLOCK" "$SILBO" probe "127.0.0.1:$port" \
	-n 100 -i 20ms --json "$work/p.json"
is "probe" $status 0
count=$(json "$work/p.json" 'r["clock_steps"]["count"]')
is "probe: steps ($count)" $((count > 3 && count < 20)) 1
says probe.err "this machine's clock was set $count times"
probe() { json "$work/p.json" "(lambda p: ($1))(r['probes'][0])"; }
is "probe: which clock theirs is held against" \
	"$(tr -s '\n ' '  ' <"$work/probe.err" | grep -c "no figure depends on \
it, and the other clocks are told against it as it was at the start")" 1
is "probe: no hour in any time" "$(probe 'max(p["rtt_ms"]["max"],
	p["there"]["delay_ms"]["max"], p["back"]["delay_ms"]["max"]) < 60000')" \
	True
is "probe: the other end is not blamed" "$(probe \
	'[p["absurd_times"], p["clock"]["steps"]]')" "[0, 0]"

# Who is stopped between two readings of the clocks reads them again: of one
# machine's clock the offset is none, within its error (and 1 us of each end).
for victim in prober reflector; do
	preload_prober='' preload_reflector=''
	eval "preload_$victim='LD_PRELOAD=$SHIM_CLOCK SHIM_PAUSES=4'"
	start "of_$victim" env $preload_reflector "$SILBO" probe --reflect \
		--listen 127.0.0.1 -p 0
	ready "of_$victim"
	run paused env $preload_prober "$SILBO" probe "127.0.0.1:$port" -n 20 \
		-i 5ms --json "$work/p.json"
	is "$victim is stopped" $status 0
	is "$victim is stopped: offset" "$(probe '(abs(p["clock"]["offset_ms"])
		<= p["clock"]["error_ms"] + 0.002 or p["clock"])')" True
done
pass
