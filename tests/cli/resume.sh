#!/bin/sh
# SPDX-License-Identifier: MIT
# A sender whose machine was suspended goes on under a new source id.  To the
# receiver that is another stream, of the same sender: nothing is lost, and the
# two together are as long as the sound.
. "$(dirname -- "$0")/lib.sh"

key k
for mode in plain sealed; do
	with=
	[ $mode = plain ] || with="--key $work/k"
	rm -f "$work/slept" "$work"/out*
	# shellcheck disable=SC2086
	listening recv --once -o "$work/out.wav" --json "$work/r.json" $with
	# shellcheck disable=SC2086
	start send env LD_PRELOAD="$SHIM_SLEEP" SHIM_SLEPT="$work/slept" \
		"$SILBO" send tone "127.0.0.1:$port" -d 3s $with \
		--json "$work/s.json" --events "$work/s.events"
	until_says "$work/recv.err" "stream "
	sleep 1
	touch "$work/slept"
	ends send
	is "$mode: sender" $status 0
	says send.err "the machine slept for 10.0 s: going on under a new"
	is "$mode: told once" "$(grep -c 'the machine slept' \
		"$work/send.err")" 1
	ends recv
	is "$mode: receiver" $status 0
	is "$mode: streams" "$(json "$work/r.json" 'len(r["streams"])')" 2
	is "$mode: lost, and what else should not be" "$(json "$work/r.json" \
		'[x["packets"][k] for x in r["streams"]
		for k in ("lost", "pending", "duplicate", "too_old")]')" \
		"[0, 0, 0, 0, 0, 0, 0, 0]"
	is "$mode: tails" "$(json "$work/r.json" \
		'[x["tail"] for x in r["streams"]]')" "['unknown', 'known']"
	is "$mode: all of it" "$(json "$work/r.json" \
		'sum(x["packets"]["unique"] for x in r["streams"])')" \
		"$(json "$work/s.json" 's["sent"]["data"]')"
	is "$mode: 3 s in frames, and the codec's delay" \
		"$(json "$work/s.json" 's["sent"]["data"]')" 151
	is "$mode: the sender's sources" "$(json "$work/s.json" \
		'(s["sent"]["sources"], s["id"], s["sent"]["source"])')" \
		"$(json "$work/r.json" \
		'(2, r["streams"][0]["id"], r["streams"][1]["id"])')"
	is "$mode: events and report" "$(python3 -B "$here/events.py" \
		"$work/s.events" "$work/s.json")" ""
	# The end is exact: 312 samples of the sound are still inside the codec
	# when the first source stops, and leave at the head of the second, where
	# the decoder settles.
	is "$mode: as long as the sound" "$(json "$work/r.json" \
		'sum(x["samples"] for x in r["streams"])')" $((144000 - 312))
done

# A prober ends, and seals nothing more under its id: not one of the fifty that
# it would send until it looks the next time.
rm -f "$work/slept"
cat >"$work/sink.py" <<'P'
import os, socket, subprocess, sys
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sink.bind(("127.0.0.1", 0))
sink.settimeout(10)
slept = sys.argv[3]
p = subprocess.Popen(
    [sys.argv[1], "probe", "--key", sys.argv[2], "-i", "20ms", "-d", "9s",
     "127.0.0.1:%d" % sink.getsockname()[1]],
    env=dict(os.environ, LD_PRELOAD=os.environ["SHIM_SLEEP"], SHIM_SLEPT=slept),
    stderr=subprocess.PIPE, text=True)
for _ in range(60):  # it has just looked, a second after the start
    sink.recv(2048)
open(slept, "w").close()
told = p.communicate(timeout=20)[1]
sink.setblocking(False)
after = 0
try:
    while sink.recv(2048):
        after += 1
except BlockingIOError:
    pass
# One may be between the look and the wire.
print(after <= 1 or after, "suspended" in told, p.returncode,
      "before it could be known" in told)
P
is "prober" "$(python3 "$work/sink.py" "$SILBO" "$work/k" "$work/slept")" \
	"True True 1 True"

# Nor does a search for the MTU, whoever answers.
rm -f "$work/slept"
sed -e 's/"-i", "20ms", "-d", "9s",/"--mtu", "-w", "100ms",/' \
	-e 's/range(60)/range(3)/' "$work/sink.py" >"$work/search.py"
is "search" "$(python3 "$work/search.py" "$SILBO" "$work/k" "$work/slept")" \
	"True True 1 False"
pass
