#!/bin/sh
# SPDX-License-Identifier: MIT
# 20 000 datagrams a second of rubbish, copies and forgeries beside a stream: what
# is lost of it the socket had to drop, memory stays, and nobody is answered.
. "$(dirname -- "$0")/lib.sh"

peak_kib() { # of resident memory so far; nothing where it is not told
	sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' \
		"/proc/$(pid_of recv)/status" 2>/dev/null
}

check_memory() { # check_memory KIB_BEFORE KIB_AFTER
	if [ -z "$1" ] || [ -z "$2" ] || [ -n "${SANITIZED:-}" ]; then
		echo "NOT CHECKED: memory, which is told by VmHWM without sanitizers"
		return
	fi
	echo "$mode: peak $1 KiB before, $2 KiB at the end"
	is "$mode: 16 MiB or less" $(($2 <= 16384)) 1
	is "$mode: grew by 256 KiB or less" $(($2 - $1 <= 256)) 1
}

# What is said while it runs: each reason once in 5 s, whatever the names and
# numbers in it; of streams the first four at once.
check_lines() {
	checks=$((checks + 1))
	python3 - "$work/recv.err" "$work/r.json" <<'P' || fail "$mode: lines"
import collections, json, re, sys
told = [re.sub(r"\b[0-9a-f]{4}\b|\d+", "#", x)
        for x in open(sys.argv[1]) if x.startswith("silbo recv:")]
allowed = json.load(open(sys.argv[2]))["duration_s"] // 5 + 1
allowed += 3 * any(" more streams" in x for x in told)
most = collections.Counter(told).most_common(1)[0]
print(len(told), "lines; most often", most)
sys.exit(most[1] > allowed or len(told) < 3)
P
}

check_counts() {
	cat >"$work/counts.py" <<'P'
import json, sys
r, s, f = (json.load(open(x)) for x in sys.argv[1:4])
sanitized = len(sys.argv) > 4
d, stream = r["datagrams"], r["streams"][0]
p, drops = stream["packets"], d["socket_drops"]
print({k: d[k] for k in ("received", "accepted", "socket_drops",
                         "receive_buffer_bytes")}, f, "lost", p["lost"])
print({k: v for k, v in d["drops"].items() if v})
assert f["flooded"] > 100 * f["data"] or sanitized, "no flood"
assert f["replies"] == 0, "answered"
assert d["received"] == d["accepted"] + sum(d["drops"].values()), "sum"
assert len(r["streams"]) == 1 and stream["id"] == s["streams"][0]["id"]
assert f["data"] == p["expected"] == s["streams"][0]["sent"]["data"], "sent"
assert p["unique"] + p["lost"] == p["expected"] and p["pending"] == 0
if drops is None:
    print("NOT CHECKED: what the socket dropped is not told here")
else:
    # It need not read the words of the end that follow the first.
    told = d["received"] + drops - f["flooded"]
    assert f["data"] < told <= f["passed"], "not every datagram is told"
    assert p["lost"] <= drops, "lost without a reason"
if d["receive_buffer_bytes"] < 2 << 20 or sanitized:
    print("NOT CHECKED: none lost, for want of 2 MiB or of speed")
else:
    assert p["lost"] == 0, "lost with 2 MiB"
P
	checks=$((checks + 1))
	python3 "$work/counts.py" "$work/r.json" "$work/s.json" \
		"$work/flood.json" ${SANITIZED:+sanitized} || fail "$mode: counts"
}

key room.key
for mode in sealed plain; do
	set --
	[ $mode = plain ] || set -- --key "$work/room.key"
	listening recv "$@" --null --once --json "$work/r.json"
	relay_port=$(free_ports 1)
	start flood "$FLOOD" "$relay_port" "$port" $mode
	until_says "$work/flood.out" "ready"
	start send "$SILBO" send voice "127.0.0.1:$relay_port" -d 6s "$@" \
		--json "$work/s.json"
	until_says "$work/flood.out" "settled"
	before=$(peak_kib)
	until_says "$work/flood.out" "over"
	after=$(peak_kib)
	ends send
	is "$mode: sender" $status 0
	ends recv
	is "$mode: receiver" $status 0
	kill "$(pid_of flood)"
	ends flood
	is "$mode: flood" $status 0
	tail -n 1 "$work/flood.out" >"$work/flood.json"
	check_memory "$before" "$after"
	check_counts
	check_lines
done
pass
