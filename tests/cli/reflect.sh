#!/bin/sh
# SPDX-License-Identifier: MIT
# A receiver answers probes: with a key unless told not to, without one only when
# told; each PROBE once, never with more bytes, to the address it came from, and
# no more often than --reflect-rate.
. "$(dirname -- "$0")/lib.sh"

probe() { # probe NAME [KEY]: a Python program on standard input, that has p
	{
		echo 'import sys, time, prober'
		echo 'p = prober.Prober(int(sys.argv[1]), prober.read_key(sys.argv[2]))'
		cat
	} >"$work/$1.asked"
	asks "$1" "${2:--}" "$work/slept" <"$work/$1.asked"
}

stop() { # stop NAME: end the receiver; it must be content
	kill -INT "$(pid_of "$1")"
	ends "$1"
	is "$1: exit" $status 0
}

reflected() { # reflected NAME EXPRESSION of x, its first prober
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
x = r["reflected"][0]
print(eval(sys.argv[2]))' "$work/$1.json" "$2"
}

key room.key
key other.key

# ---- Without a key nobody is answered, and it is said once what to do.
listening mute --null --json "$work/mute.json"
probe mute <<'P'
for n in range(20):
    p.send(n)
    time.sleep(.005)
assert p.echoes(1, .5) == [] and p.bytes_in == 0, "answered"
P
stop mute
says mute.err "probes arrive that are not encrypted; none is answered"
is "said once" "$(grep -c 'probes arrive' "$work/mute.err")" 1
says mute.err "hint: give both ends a key, or answer whoever asks: --reflect"
is "not answered" "$(json "$work/mute.json" \
	'(r["reflected"], r["streams"], r["config"]["reflect"])')" \
	"(None, [], False)"

# ---- When told to: losses, copies, order, sizes, and what closes.
listening plain --null --reflect --wait 500ms --json "$work/plain.json"
says plain.err "probes are answered, 2000 a second to each who asks"
probe plain <<'P'
for n in (0, 1, 2, 5, 4, 6, 6, 6, 8, 7):
    p.send(n, 112 + 10 * n, again=n in p.sent)
    time.sleep(.01)
p.send(10, 111)
p.send(11, 39)
got = p.echoes(8)
assert sorted(f["number"] for _, f in got) == [0, 1, 2, 4, 5, 6, 7, 8], got
assert p.echoes(1, .6) == [], "answered twice, or one too short"
p.send(12, 200, flags=1)
(_, last), = p.echoes(1)
assert last["flags"] & 4, "not CLOSING"
print(last)
counts = [last[k] for k in ("unique", "duplicate", "reordered", "extent_max",
                            "withheld")]
assert counts == [10, 2, 2, 1, 2], counts
assert last["flags"] & 2 and last["ttl"] > 0, "no marks"
P
stop plain
is "plain: counts" "$(reflected plain '[x[k] for k in ("unique", "duplicate",
	"reordered", "max_extent", "lost", "pending", "answered", "withheld",
	"too_short", "closing", "unsent")]')" \
	"[10, 2, 2, 1, 2, 0, 8, 0, 2, 1, 0]"
is "plain: never more" "$(reflected plain 'x["bytes_out"] < x["bytes_in"]')" True
is "plain: waited for" "$(reflected plain 'x["wait_ms"] == 500')" True
says plain.err "  lost after  500ms"
is "plain: no stream" "$(json "$work/plain.json" 'r["streams"]')" "[]"
is "plain: one prober" "$(json "$work/plain.json" '(len(r["reflected"]),
	r["reflected_forgotten"]["count"])')" "(1, 0)"
says plain.err "is answered"
says plain.err \
	"probes      10 received   2 lost   2 reordered (max 1 back)   2 duplicated"
says plain.err "answered    8   2 too short to be answered"

# ---- With a key by itself; to the address of the fresh one, wherever copies and
# what is not authentic come from.
listening keyed --null --key "$work/room.key" --json "$work/keyed.json"
probe keyed "$work/room.key" <<'P'
import os
for n in range(5):
    p.send(n)
assert len(p.echoes(5)) == 5
p.send(4, by=1, again=True)               # a copy, from elsewhere
bent = bytearray(p.make(5, 200))
bent[-1] ^= 1
p.sockets[1].sendto(bytes(bent), p.to)    # a forgery
assert p.echoes(1, .3) == [], "a copy or forgery was answered"
p.send(6, by=1)
assert [s for s, _ in p.echoes(1)] == [1], "not to where it came from"
p.send(7, by=0)
assert [s for s, _ in p.echoes(1)] == [0]
P
probe stranger "$work/other.key" <<'P'
for n in range(5):
    p.send(n)
assert p.echoes(1, .3) == [] and p.bytes_in == 0, "answered"
P
stop keyed
is "keyed: counts" "$(reflected keyed '[x["unique"], x["duplicate"],
	x["lost"] + x["pending"], x["answered"]]')" "[7, 1, 1, 7]"
is "keyed: drops" "$(json "$work/keyed.json" \
	'[r["datagrams"]["drops"][k] for k in ("auth", "wrong_key", "duplicate")]')" \
	"[1, 5, 1]"

# ---- Unless told not to.
listening shut --null --key "$work/room.key" --no-reflect --json "$work/shut.json"
probe shut "$work/room.key" <<'P'
for n in range(5):
    p.send(n)
assert p.echoes(1, .3) == [], "answered"
P
stop shut
says shut.err "hint: --no-reflect was given"
is "shut: not answered" "$(json "$work/shut.json" 'r["reflected"]')" None

# ---- The rate: ten at once, then 50 a second; the rest is withheld, and told.
listening rate --null --reflect --reflect-rate 50 --json "$work/rate.json"
probe rate <<'P'
begun = time.monotonic()
for n in range(200):
    p.send(n)
got = p.echoes(200, 1)
most = 10 + 50 * (time.monotonic() - begun) + 1
assert 10 <= len(got) <= most, (len(got), most)
p.send(200)
(_, last), = p.echoes(1)
assert last["unique"] == 201 and last["withheld"] == 200 - len(got), last
print(len(got))
P
answered=$(cat "$work/rate.seen")
stop rate
is "rate" "$(reflected rate '[x[k] for k in ("unique", "answered", "withheld")]')" \
	"[201, $((answered + 1)), $((200 - answered))]"
says rate.err "$((200 - answered)) withheld, for the rate (--reflect-rate)"

# ---- From the address that was asked.
listening where --null --reflect
probe where <<'P'
p.to = ("127.0.0.3", p.to[1])
p.send(0)
assert len(p.echoes(1)) == 1 # which checks where it is from
P
stop where

# ---- Beside a stream, which is counted as if nobody probed.
listening both --null --reflect --json "$work/both.json"
start send "$SILBO" send tone "127.0.0.1:$port" -d 2s
probe both <<'P'
for n in range(100):
    p.send(n)
    time.sleep(.01)
assert len(p.echoes(100)) == 100
P
ends send
stop both
is "both: stream" "$(json "$work/both.json" \
	'(len(r["streams"]), s["packets"]["unique"] == s["packets"]["expected"])')" \
	"(1, True)"
is "both: prober" "$(reflected both 'x["unique"], x["answered"], x["lost"]')" \
	"(100, 100, 0)"

# ---- Many who ask once: rows of a few, and a sum, in the memory that strangers
# may take (docs/limitations.md).
peak_kib() {
	sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' \
		"/proc/$(pid_of many)/status" 2>/dev/null
}
listening many --null --reflect --json "$work/many.json"
before=$(peak_kib)
probe many <<'P'
for n in range(2000):
    p.source = n.to_bytes(16, "little")
    p.send(0, again=False)
    if n % 20 == 0:
        time.sleep(.002)
P
after=$(peak_kib)
if [ -z "$before" ] || [ -n "${SANITIZED:-}" ]; then
	not_checked "memory, which is told by VmHWM without sanitizers"
else
	echo "peak $before KiB before, $after KiB behind 2000 who asked once"
	is "many: grew by 320 KiB or less" $((after - before <= 320)) 1
fi
stop many
says_not many.err "is answered"
is "many" "$(json "$work/many.json" '(len(r["reflected"]) <= 80 and
	len(r["reflected"]) + r["reflected_forgotten"]["count"] ==
	r["datagrams"]["accepted"])')" True

# ---- After a suspend under another source id, where it left off.
rm -f "$work/slept"
start slept env LD_PRELOAD="$SHIM_SLEEP" SHIM_SLEPT="$work/slept" \
	"$SILBO" recv --port 0 --null -v --key "$work/room.key" \
	--json "$work/slept.json"
ready slept
cat >"$work/ids.py" <<'P'
def sources(count):
    for n in range(count):
        p.send(len(p.sent))
        (_, fields), = p.echoes(1)
    return p.reflector, fields
first, _ = sources(3)
again, _ = sources(1)
assert first == again
open(sys.argv[3], "w").close()
time.sleep(.1)
other, fields = sources(2)
assert other != first and fields["unique"] == 2, fields
# Thrown back at it, an ECHO under the new id is its own, too.
p.send(len(p.sent))
p.sockets[0].sendto(p.sockets[0].recv(65535), p.to)
P
probe slept "$work/room.key" <"$work/ids.py"
stop slept
is "its own under the new id" "$(json "$work/slept.json" \
	'r["datagrams"]["drops"]["reflected"]')" 1
is "told once" "$(grep -c 'answering under a new source id' \
	"$work/slept.err")" 1

# ---- As a command of its own, which keeps no sound, and says so when nobody asks.
start mirror "$SILBO" probe --reflect --port 0 --json "$work/mirror.json"
ready mirror
until_says "$work/mirror.err" "Prober running?"
probe mirror <<'P'
p.send(0)
assert len(p.echoes(1)) == 1
P
stop mirror
is "mirror" "$(json "$work/mirror.json" \
	'(r["role"], r["reflected"][0]["answered"], r["streams"])')" \
	"('reflector', 1, [])"
run bad "$SILBO" probe --reflect somewhere
is "a host to a reflector" $status 2

# ---- What cannot be asked for.
run bad "$SILBO" recv --null --reflect --no-reflect
is "both ways" $status 2
says bad.err "--reflect and --no-reflect exclude one another"
run bad "$SILBO" recv --null --reflect --group 239.7.5.87
is "a group" $status 2
says bad.err "--reflect is not for --group: each of the group would answer"
run bad "$SILBO" recv --null --reflect-rate 0
is "no rate" $status 2
# ---- Who asks more often than is remembered for so long is waited for less.
listening dense --null --reflect --wait 30s --json "$work/dense.json"
run often "$SILBO" probe "127.0.0.1:$port" -i 1ms -n 1200 -q
is "often: exit" $status 0
stop dense
is "dense: waited for" "$(reflected dense '500 < x["wait_ms"] < 30000')" True
# Not who has not asked for as much.
listening brief --null --reflect --wait 30s --json "$work/brief.json"
run often "$SILBO" probe "127.0.0.1:$port" -i 1ms -n 300 -q
is "seldom: exit" $status 0
stop brief
is "brief: waited for" "$(reflected brief 'x["wait_ms"] == 30000')" True
pass
