#!/bin/sh
# SPDX-License-Identifier: MIT
# --fail-if: exit status 4 when a limit is exceeded, at either end; a line for each
# in the report, all of them in the JSON; other failures come first; nonsense is
# refused before anything is opened.
. "$(dirname -- "$0")/lib.sh"
. "$here/impair_lib.sh"

# heard NAME LIMITS: a stream of 2 s, of which 5 datagrams in a row are lost.
heard() {
	listening "$1" --null --once --fail-if "$2" --json "$work/$1.json"
	relay_port=$(free_ports 1)
	start relay "$RELAY" "127.0.0.1:$relay_port" "127.0.0.1:$port" 5-9 - -
	until_says "$work/relay.out" "ready"
	run send "$SILBO" send voice "127.0.0.1:$relay_port" -d 2s \
		--fail-if 'unsent>0' --json "$work/send.json"
	is "$1: the sender" $status 0
	ends "$1"
	kill "$(pid_of relay)"
	wait "$(pid_of relay)"
}

heard bad 'loss>1%,lost>3,run>=5,duplicate>0'
is "exceeded" $status 4
says bad.err "limit exceeded: loss "
says bad.err " % > 1 % (stream "
says bad.err "limit exceeded: lost 5 > 3 (stream "
says bad.err "limit exceeded: run 5 >= 5 (stream "
says_not bad.err "limit exceeded: duplicate"
is "asked for" "$(json "$work/bad.json" 'r["config"]["fail_if"]')" \
	'loss>1%,lost>3,run>=5,duplicate>0'
is "found" "$(json "$work/bad.json" '[(x["limit"], x["unit"], x["exceeded"],
	x["stream"] == s["id"]) for x in r["limits"]]')" \
	"[('loss>1%', 'ratio', True, True), ('lost>3', 'count', True, True), ('run>=5', 'count', True, True), ('duplicate>0', 'count', False, True)]"
is "values" "$(json "$work/bad.json" '(abs(r["limits"][0]["value"] -
	s["packets"]["lost"] / s["packets"]["expected"]) < 1e-6 and
	[x["value"] for x in r["limits"][1:]] == [5, 5, 0])')" True

heard good 'loss>50%,lost>5,jitter>1h'
is "held" $status 0
says_not good.err "limit exceeded"
is "held, in the JSON" "$(json "$work/good.json" \
	'[x["exceeded"] for x in r["limits"]]')" "[False, False, False]"
is "a sender's" "$(json "$work/send.json" 'r["limits"] == [{"limit": "unsent>0",
	"unit": "count", "value": 0.0, "stream": s["id"], "target": None, "exceeded": False}]')" True

# A sender's own; not known is exceeded, too.
port=$(free_ports 1)
run late "$SILBO" send tone "127.0.0.1:$port" -d 300ms --fail-if 'max>=0ms'
is "a sender that is late" $status 4
says late.err "limit exceeded: max "
listening short --null --once --fail-if 'mos<1'
run send "$SILBO" send tone "127.0.0.1:$port" -d 300ms
ends short
is "not known" $status 4
says short.err "limit exceeded: mos is not known, limit < 1 (stream "

# A prober's; nobody there is worse than a limit.
key p
listening reflector --null --key "$work/p"
run probe "$SILBO" probe "127.0.0.1:$port" --key "$work/p" -n 20 -i 5ms \
	--fail-if 'max>=0ms,loss>100%,lost>=0' --json "$work/probe.json"
is "a prober" $status 4
kill -INT "$(pid_of reflector)"
ends reflector
is "its limits" "$(sed -n 's/^limit exceeded: \([a-z]*\) .*(\(.*\))$/\1 \2/p' \
	"$work/probe.err")" "max to 127.0.0.1:$port
lost to 127.0.0.1:$port"
is "in its JSON" "$(python3 -c 'import json, sys
print([(x["stream"], x["target"], x["exceeded"])
       for x in json.load(open(sys.argv[1]))["limits"]])' "$work/probe.json")" \
	"[(None, '127.0.0.1:$port', True), (None, '127.0.0.1:$port', False), (None, '127.0.0.1:$port', True)]"
run probe "$SILBO" probe "127.0.0.1:$port" -n 5 -w 100ms --fail-if 'lost>0'
is "nobody answers" $status 3
says probe.err "limit exceeded: lost 5 > 0 (to 127.0.0.1:$port)"

# What speech would be like, of the worse way: half of all are lost there.
start mos_reflector "$SILBO" recv --null --reflect --port 0
until_says "$work/mos_reflector.err" "listening on"
for ask in "0%:mos<1.1:0" "50%:mos<4:4"; do
	impairing mos_road 127.0.0.1 "$(port_of mos_reflector)" --pace packets \
		--forth "loss=${ask%%:*}" --seed 3
	limit=${ask#*:}
	run mos "$SILBO" probe "127.0.0.1:$road" -n 110 -i 2ms \
		--fail-if "${limit%:*}" --json "$work/mos.json"
	is "mos, $ask" $status "${ask##*:}"
	is "mos of the worse way, $ask" "$(json "$work/mos.json" \
		'abs(r["limits"][0]["value"] - min(q["mos"] for q in
			[r["probes"][0][w]["quality"] for w in ("there", "back")]
			if q is not None)) < 0.006')" True
	stops mos_road
done
stops mos_reflector

# What is worse comes first.
run nothing "$SILBO" recv --null --port 0 -d 200ms --fail-if 'loss>1%' --json -
is "nothing came" $status 3
says nothing.err "limit exceeded: loss is not known, limit > 1 % (no stream)"
key k
listening wrong --null -d 3s --key "$work/k" --fail-if 'loss>1%'
run send "$SILBO" send tone "127.0.0.1:$port" -d 300ms
ends wrong
is "nothing authentic" $status 5
if [ -c /dev/full ]; then
	listening full --null --once --fail-if 'run>=0' --json /dev/full
	run send "$SILBO" send tone "127.0.0.1:$port" -d 300ms
	ends full
	is "no report" $status 1
else
	not_checked "a failure beside an exceeded limit, as there is no /dev/full"
fi

# Nonsense.
for ask in "los>1%:did you mean 'loss'?" "loss>1:a share needs its %" \
	"p99>50:a time needs a unit" "loss:no limit" ":empty" \
	"unsent>1:silbo send"; do
	run nonsense "$SILBO" recv --null --port 0 --fail-if "${ask%%:*}" \
		--events "$work/nonsense.events"
	is "recv --fail-if '${ask%%:*}'" $status 2
	says nonsense.err "${ask#*:}"
	says nonsense.err "hint:"
done
# What can never be known: LIMIT, who knows it, of what it is asked.
cat >"$work/never" <<'E'
mtu<1400 --mtu probe 127.0.0.1
mtu<1400 --mtu probe --stamp 127.0.0.1
late>0 recv probe 127.0.0.1
mos<3 takes probe 127.0.0.1 -n 20
mos<3 takes probe --stamp 127.0.0.1 -d 1s
jitter>1ms takes probe 127.0.0.1 -n 1
lost_there>0 probe recv --null --reflect --port 0
mtu<1400 --mtu recv --null --port 0
rtt>1000ms probe send tone 127.0.0.1
E
for limit in loss\>1% lost\>1 lost_there\>1 lost_back\>1 reordered\>1 \
	duplicate\>1 run\>1 rtt\>1ms p50\>1ms p95\>1ms p99\>1ms max\>1ms \
	jitter\>1ms unsent\>1 mos\<1; do
	echo "$limit --mtu probe --mtu 127.0.0.1"
done >>"$work/never"
while read -r limit hint words; do
	# shellcheck disable=SC2086
	run nonsense "$SILBO" $words --fail-if "$limit" \
		--events "$work/nonsense.events"
	is "$words --fail-if $limit" $status 2
	says nonsense.err "--fail-if '$limit': cannot be known"
	says nonsense.err "hint:"
	says nonsense.err "$hint"
done <"$work/never"
run nonsense "$SILBO" send tone "127.0.0.1:$port" --fail-if 'loss>1%' \
	--events "$work/nonsense.events"
is "send --fail-if loss" $status 2
says nonsense.err "silbo recv --fail-if"
is "opened" "$(ls "$work/nonsense.events" 2>/dev/null)" ""
pass
