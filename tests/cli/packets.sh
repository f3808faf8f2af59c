#!/bin/sh
# SPDX-License-Identifier: MIT
# recv --packets has a line for every datagram that came, and lab --replay loses
# what that path lost.
. "$(dirname -- "$0")/lib.sh"

column() { # column N FILE: of the DATA that were accepted
	awk -F, -v n="$1" '$3 == "DATA" && $7 == "accepted" { print $n }' "$2"
}

key k
listening r --null --once --key "$work/k" --packets "$work/p.csv" \
	--json "$work/r.json"
python3 -c 'import socket, sys
socket.socket(type=socket.SOCK_DGRAM).sendto(b"foreign",
    ("127.0.0.1", int(sys.argv[1])))' "$port"
road=$(free_ports 1)
start i "$SILBO" impair --listen "127.0.0.1:$road" --to "127.0.0.1:$port" \
	--forth "loss=10%" --forth "delay=20ms+-5ms" --seed 5
until_says "$work/i.err" "listening on"
run s "$SILBO" send tone "127.0.0.1:$road" -d 4s -q --key "$work/k"
ends r
is "receiver" "$status" 0
kill -INT "$(pid_of i)"
ends i

is "first line" "$(head -n 1 "$work/p.csv")" \
	"time_ns,stream,type,number,media_ns,bytes,verdict,tos,ttl"
is "fields, in every line" "$(awk -F, '{ print NF }' "$work/p.csv" | sort -u)" 9
is "a foreign datagram is in it" "$(grep -c ',,,,,7,' "$work/p.csv")" 1
is "lines" "$(($(wc -l <"$work/p.csv") - 1))" \
	"$(json "$work/r.json" 'r["datagrams"]["received"]')"
is "DATA" "$(column 4 "$work/p.csv" | wc -l)" \
	"$(json "$work/r.json" 's["packets"]["unique"]')"
is "the stream is that of the report" \
	"$(column 2 "$work/p.csv" | sort -u)" "$(json "$work/r.json" 's["id"]')"
is "media time advances with the number" "$(awk -F, '
	$3 == "DATA" && $7 == "accepted" {
		if (n++ && $5 - t != ($4 - k) * 20000000) bad = 1
		k = $4; t = $5
	} END { print bad + 0 }' "$work/p.csv")" 0

cat >"$work/plan.ini" <<'P'
[stream]
playout = 100ms
P
run lab "$SILBO" lab "$work/plan.ini" --replay "$work/p.csv" \
	--json "$work/lab.json"
is "lab" "$status" 0
says lab.err "replaying stream"
is "lost" "$(python3 -c 'import json, sys
s = json.load(open(sys.argv[1]))["points"][0]["sum"]
print(s["sent"], s["lost"])' "$work/lab.json")" \
	"$(column 4 "$work/p.csv" | sort -n | awk '
	NR == 1 { first = $1 } { last = $1 }
	END { print last - first + 1, last - first + 1 - NR }')"

cp "$work/p.csv" "$work/copy.csv"
run over "$SILBO" lab "$work/plan.ini" --replay "$work/p.csv" \
	--csv "$work/p.csv"
is "a table over the recording" "$status" 2
says over.err "that would overwrite what --replay reads"
is "the recording" "$(cmp "$work/p.csv" "$work/copy.csv")" ""

# impair takes it, and a scenario does.
run echo "$SILBO" impair --listen 127.0.0.1:0 --to 127.0.0.1:9 -d 100ms \
	--interval 20ms --delay-trace "$work/p.csv"
is "impair with a recorded path" "$status" 0
cat >"$work/scenario.ini" <<'P'
[link]
loss_trace = p.csv
[stream]
duration = 1s
P
run scenario "$SILBO" lab "$work/scenario.ini" -q
is "a scenario with recorded losses" "$status" 0

# Where it cannot be written, and what is no log.
run nowhere "$SILBO" recv --port 0 --null -d 100ms --packets /nowhere/p.csv
is "a log that cannot be" "$status" 1
says nowhere.err "cannot write the log of datagrams '/nowhere/p.csv'"
run nolog "$SILBO" lab "$work/plan.ini" --replay "$work/plan.ini"
is "what is no log" "$status" 2
says nolog.err "line 1: expected time_ns,stream"
says nolog.err "silbo recv --packets FILE.csv records one"
run out "$SILBO" recv --port 0 --null -d 100ms --packets -
is "standard output" "$(cat "$work/out.out")" \
	"time_ns,stream,type,number,media_ns,bytes,verdict,tos,ttl"
mkfifo "$work/pipe"
run pipe "$SILBO" lab "$work/plan.ini" --replay "$work/pipe"
is "a pipe" "$status" 2
says pipe.err "it is not a regular file"
run directory "$SILBO" lab "$work/plan.ini" --replay "$work"
is "a directory" "$status" 2
says directory.err "it is a directory"
{
	echo "time_ns,stream,type,number,media_ns,bytes,verdict,tos,ttl"
	echo "1,ab,DATA,0,5,50,accepted,0,64"
	echo "2,ab,DATA,1,12,50,accepted,0,64"
} >"$work/short.csv"
run short "$SILBO" lab "$work/plan.ini" --replay "$work/short.csv"
is "frames of 7 ns" "$status" 2
says short.err "short.csv', line 3: 7ns of media from one DATA to the next;"
says short.err "frames have 2.5ms to 120ms"
if [ -c /dev/full ]; then
	run full "$SILBO" recv --port 0 --null -d 100ms --packets /dev/full
	is "a full disk" "$status" 1
	says full.err "the log of datagrams '/dev/full' is not whole: No space"
else
	not_checked "a full disk: no /dev/full"
fi
pass
