#!/bin/sh
# SPDX-License-Identifier: MIT
# impair.sh SCHEMA: what passes through silbo impair.  Both ways, many clients, all
# lengths; who is not there, what the file of the log refuses, every way to end.
. "$(dirname -- "$0")/lib.sh"
. "$here/impair_lib.sh"
schema=$1
peer() { python3 -B "$here/impair_peer.py" "$@"; }

# report NAME EXPRESSION: of its JSON r.
report() {
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
print(eval("(" + sys.argv[2] + ")"))' "$work/$1.json" "$2"
}

# log_is NAME: its log and its report say the same.
log_is() {
	is "$1: report and log" "$(python3 -B "$here/impair_check.py" \
		"$work/$1.csv" "$work/$1.json")" ""
	python3 -c 'import jsonschema' 2>/dev/null || return 0
	is "$1: report and schema" "$(python3 -B "$here/schema.py" "$schema" \
		"$work/$1.json" 2>&1)" ""
}
python3 -c 'import jsonschema' 2>/dev/null ||
	not_checked "no python3-jsonschema, so no report was compared with the schema"

addresses=127.0.0.1
if have_ipv6; then
	addresses="127.0.0.1 ::1"
else
	not_checked "no IPv6 on the loopback"
fi
start echo4 python3 -B "$here/impair_peer.py" echo 127.0.0.1
start echo6 python3 -B "$here/impair_peer.py" echo ::1

# Nothing is impaired: everything passes, both ways, to whom it belongs.
for address in $addresses; do
	which=echo4 largest=65507
	# Without fragments what the loopback's 65536 bytes hold.
	[ $address = 127.0.0.1 ] || which=echo6 largest=65488
	until [ -s "$work/$which.out" ]; do sleep 0.05; done
	far=$(cat "$work/$which.out")
	impairing "plain$which" $address "$far"
	is "$address: 5 clients, 20 each" "$(peer clients $address "$road" 5 20)" \
		"20 20 20 20 20 foreign 0"
	is "$address: lengths" "$(peer sizes $address "$road" 0 1 1200 \
		$largest)" "0 1 1200 $largest"
	stops "plain$which"
	log_is "plain$which"
	is "$address: in and out" "$(report "plain$which" '[
		(w["in"], w["out"]) for w in (r["ways"]["forth"],
		r["ways"]["back"])]')" "[(104, 104), (104, 104)]"
	is "$address: clients" "$(report "plain$which" 'r["clients"]')" 6
	says "plain$which.err" "client 6: $(at $address '')"
done
far=$(cat "$work/echo4.out")

# Each way has a model of its own.
impairing ways 127.0.0.1 "$far" --pace packets --seed 3 \
	--forth 'loss=20%' --back 'duplicate=30% delay=20ms'
peer clients 127.0.0.1 "$road" 8 100 >"$work/ways.out"
stops ways
log_is ways
is "forth loses, back doubles" "$(report ways '
	100 < r["ways"]["forth"]["lost"] < 220 and
	r["ways"]["back"]["lost"] == r["ways"]["forth"]["duplicated"] == 0 and
	100 < r["ways"]["back"]["duplicated"] < 300 and
	r["ways"]["back"]["delay_ms_min"] >= 20')" True
says ways.err "[asked 20%"
says ways.err "[asked 30%]"
says ways.err "[asked 20ms]"

# A stall lets go of everything at once; a trace says its delays itself.
printf '30000\nlost\n30000\n30000\n' >"$work/delays"
impairing traced 127.0.0.1 "$far" --pace packets --forth \
	"delay_trace=$work/delays" --back 'stall=20/s 30ms'
peer burst 127.0.0.1 "$road" 4000
settled traced
stops traced
log_is traced
is "by the trace" "$(report traced '(
	r["ways"]["forth"]["lost"] == (r["ways"]["forth"]["in"] + 2) // 4 > 0,
	r["ways"]["forth"]["delay_ms_min"] >= 30,
	r["ways"]["forth"]["asked"]["delay_ms"])')" "(True, True, None)"

# Which of its addresses was asked, answers: a connected client hears no other.
start any "$SILBO" impair --listen 0.0.0.0:0 --to 127.0.0.1:"$far"
until_says "$work/any.err" "listening on"
is "another address of ours" "$(peer clients 127.0.0.2 "$(port_of any)" 1 20)" \
	"20 foreign 0"
stops any

# 65 clients at once: the last is told of, and counted; the others are served.
impairing crowd 127.0.0.1 "$far"
is "64 of 65 are answered" "$(peer clients 127.0.0.1 "$road" 65 3)" \
	"$(python3 -c 'print("3 " * 64 + "0 foreign 0")')"
stops crowd
log_is crowd
is "not all of them are announced" "$(grep -c ' client [0-9]*:' "$work/crowd.err")" 8
says crowd.err "more than 64 clients at once"
is "not served" "$(report crowd 'r["itself"]["not_served"]')" 3

# What does not fit the way on: told, counted, and the rest passes.
if have_ipv6; then
	impairing large ::1 "$(cat "$work/echo6.out")"
	is "one of two fits" "$(peer sizes ::1 "$road" 65507 1200)" 1200
	stops large
	log_is large
	says large.err "Message too long"
	says large.err "hint: 65507 bytes do not fit the way on"
	says large.err "refused by this machine"
	is "not sent" "$(report large 'r["ways"]["forth"]["unsent"]')" 1
fi

# Fewer descriptors than clients: those without one are not served, the others
# do not notice.
start few sh -c 'ulimit -n 12 && exec "$@"' sh "$SILBO" impair \
	-l 127.0.0.1:0 -t 127.0.0.1:"$far" -j "$work/few.json"
until_says "$work/few.err" "listening on"
served=$(peer clients 127.0.0.1 "$(port_of few)" 12 5 | tr ' ' '\n' |
	grep -cx 5)
kill -TERM "$(pid_of few)"
ends few
is "some without descriptors" $status 0
is "served ($served)" "$([ "$served" -ge 3 ] && [ "$served" -le 9 ] &&
	echo some)" some
says few.err "cannot open a socket to 127.0.0.1:$far/udp: Too many open files"
says few.err "hint: every client needs one; see: ulimit -n"
is "each of the others counted" "$(report few 'r["itself"]["not_served"]')" \
	$((5 * (12 - served)))

# More on the way than there is memory for: dropped, counted, in no link's count.
if [ "${SANITIZED:-}" = "" ]; then
	start tight sh -c 'ulimit -v 1000000 && exec "$@"' sh "$SILBO" impair \
		-l 127.0.0.1:0 -t 127.0.0.1:"$far" --delay 20s \
		--log "$work/tight.csv" -j "$work/tight.json"
	until_says "$work/tight.err" "listening on"
	peer burst 127.0.0.1 "$(port_of tight)" 12000
	settled tight
	stops tight
	log_is tight
	says tight.err "more than 8192 datagrams on the way"
	is "no place" "$(report tight 'r["ways"]["forth"]["no_place"] ==
		r["ways"]["forth"]["in"] - 8192 > 0')" True
else
	not_checked "limited memory, under sanitizers"
fi

# Nobody there.
impairing nobody 127.0.0.1 "$(free_ports 1)"
peer clients 127.0.0.1 "$road" 1 20 >/dev/null
stops nobody
says nobody.err "port unreachable: nobody listens there"
says nobody.err "hint: start the receiver"
is "said once" "$(grep -c 'nobody listens' "$work/nobody.err")" 1
is "and counted" "$(report nobody 'r["itself"]["unreachable"]["port"] > 0')" True

# Ctrl-C while datagrams are on the way: soon, and they are told of.
impairing busy 127.0.0.1 "$far" --delay 20s
peer clients 127.0.0.1 "$road" 2 10 >/dev/null
kill -USR1 "$(pid_of busy)"
until_says "$work/busy.err" "20 on the way"
before=$(date +%s%N)
stops busy
took=$((($(date +%s%N) - before) / 1000000))
is "the report comes at once ($took ms)" $((took < 5000)) 1
is "reports" "$(grep -c '20 on the way' "$work/busy.err")" 2
is "on the way" "$(report busy 'r["ways"]["forth"]["on_the_way"]')" 20
log_is busy

# The log: a full disk, a reader who is gone, one who does not read.
if [ -w /dev/full ]; then
	start full "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" \
		--log /dev/full -j "$work/full.json"
	until_says "$work/full.err" "listening on"
	is "goes on without a log" \
		"$(peer clients 127.0.0.1 "$(port_of full)" 1 5)" "5 foreign 0"
	kill -INT "$(pid_of full)"
	ends full
	is "a log that failed" $status 1
	says full.err "the log ends here: No space left on device"
else
	not_checked "no /dev/full here"
fi
mkfifo "$work/fifo"
sleep 300 <"$work/fifo" &
pids="$pids $!"
start slow "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" \
	--log "$work/fifo" -j "$work/slow.json"
until_says "$work/slow.err" "listening on"
is "nobody waits for a reader" \
	"$(peer clients 127.0.0.1 "$(port_of slow)" 5 400 |
		tr ' ' '\n' | grep -cx 400)" 5
kill -INT "$(pid_of slow)"
ends slow
is "a log that is not whole" $status 1
says slow.err "the log is not whole"
is "an error in the report" "$(report slow 'r["error"]')" "the log is not whole"
is "dropped lines" "$(report slow 'r["itself"]["log_lines_dropped"] > 0')" True
run nowhere "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" \
	--log "$work/none/log.csv"
is "a log in no directory" $status 1
says nowhere.err "cannot write the log"
run nojson "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" \
	--json "$work/none/x.json"
is "a report in no directory" $status 1

# A port that is taken, an address of others, a short life.
impairing holder 127.0.0.1 "$far"
run taken "$SILBO" impair -l 127.0.0.1:"$road" -t 127.0.0.1:"$far"
is "a port that is taken" $status 1
says taken.err "cannot listen on 127.0.0.1:$road/udp: Address already in use"
stops holder
run foreign "$SILBO" impair -l 192.0.2.1:7600 -t 127.0.0.1:"$far"
is "an address of others" $status 1
says foreign.err "that is no address of this machine"
run quiet "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" -d 50ms -q \
	--seed 8
says_not quiet.err "listening"
says_not quiet.err "[link]"
says quiet.err "impair  seed 8"
run short "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" -d 300ms --log -
is "a short life" $status 0
is "only the heading" "$(cat "$work/short.out")" \
	"time_ns,event,way,client,datagram,copy,bytes,damaged,type,number"

# What was understood can be read again, and says the same once more.
run first "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" -d 50ms \
	--preset lecture --back 'rate=1M' --seed 9
sed -n '/^\[link\]/,/^silbo\|^impair/p' "$work/first.err" |
	grep -v '^silbo\|^impair' >"$work/echo.ini"
run second "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" -d 50ms \
	-s "$work/echo.ini"
sed -n '/^\[link\]/,/^silbo\|^impair/p' "$work/second.err" |
	grep -v '^silbo\|^impair' >"$work/echo2.ini"
is "an echo" "$(grep -c = "$work/echo.ini")" 12
is "twice the same" "$(cat "$work/echo2.ini")" "$(cat "$work/echo.ini")"
is "ways that differ" "$(grep '^\[' "$work/echo.ini" | tr '\n' ' ')" \
	"[link] [forth] [back] "
run same "$SILBO" impair -l 127.0.0.1:0 -t 127.0.0.1:"$far" -d 50ms \
	--preset lecture
is "ways that do not" "$(grep -c '^\[' "$work/same.err")" 1
pass
