#!/bin/sh
# SPDX-License-Identifier: MIT
# No option is passed over: in every mode each one that another mode has either
# means something, or is refused with a reason and a way out.
#
# A mode, the options that mean something in it, and those that its help lists
# and it refuses.  What neither lists is refused as unknown.
. "$(dirname -- "$0")/lib.sh"
key k

# value OPTION: something that it takes.
value() {
	case $1 in
	port | ttl | dscp | count | sessions) echo 7 ;;
	rate | total-rate | reflect-rate) echo 7 ;;
	interval | wait | duration | max-age | fixed-delay) echo 20ms ;;
	size | mtu) echo 300 ;;
	key) echo "$work/k" ;;
	json | events | packets) echo "$work/$1" ;;
	output) echo "$work/o.wav" ;;
	channels) echo 1 ;;
	fail-if) echo 'loss>1%' ;;
	listen) echo 127.0.0.1 ;;
	group) echo 239.7.5.87 ;;
	interface) echo lo ;;
	esac
}

listed() { # listed WORDS: the options in the help of a mode
	# shellcheck disable=SC2086
	"$SILBO" $1 --help |
		sed -n 's/^  \(-., \|    \)--\([a-z0-9-]*\).*/\2/p' |
		grep -vx help | sort
}

# refused WORDS OPTION WHERE: exit status 2, and what, which, why, hint.
refused() {
	takes=$(value "$2")
	[ "$1" = recv ] || [ "$2" != mtu ] || takes= # a flag of probe
	case " $flags " in *" $2 "*) takes= ;; esac
	# shellcheck disable=SC2086
	run x timeout 5 "$SILBO" $1 "--$2" $takes $3
	is "$1 --$2" $status 2
	says x.err "--$2"
	says x.err "hint:"
	says_not x.err "listening on"
	says_not x.err "bytes every"
}

flags="ipv4 ipv6 reflect stamp stateless quiet verbose mix null once no-reflect"
all=$(for mode in recv probe "probe --reflect" "probe --reflect --stamp"; do
	listed "$mode"
done | sort -u)

# mode WORDS HELP WHERE MEANT REFUSED
mode() {
	words=$1 help=$2 where=$3
	meant=$(echo $4) not=$(echo $5) # one line each
	is "$words: all of its options" "$(listed "$help" | tr '\n' ' ')" \
		"$(printf '%s\n' $meant $not | sort | tr '\n' ' ')"
	for option in $not; do
		refused "$words" "$option" "$where"
		says_not x.err "unknown"
	done
	for option in $all; do
		case " $meant $not " in *" $option "*) continue ;; esac
		case "$words --$option" in # another mode
		"probe --reflect --stamp") continue ;;
		esac
		refused "$words" "$option" "$where"
		says x.err "unknown option '--$option'"
	done
}

telling="json events quiet verbose"
mode probe probe 127.0.0.1 "port ipv4 ipv6 ttl dscp interval size wait mtu
	reflect stamp key $telling packets duration count fail-if" ""
mode "probe --stamp" probe 127.0.0.1 "port ipv4 ipv6 ttl dscp interval size wait
	reflect stamp $telling packets duration count fail-if" "mtu key"
mode "probe --mtu" probe 127.0.0.1 "port ipv4 ipv6 ttl dscp wait mtu reflect key
	$telling fail-if" "stamp interval size packets duration count"
mode "probe --reflect" "probe --reflect" "" "port listen key max-age $telling
	duration reflect reflect-rate" ""
mode "probe --reflect --stamp" "probe --reflect --stamp" "" "port listen ipv4
	ipv6 reflect stamp stateless duration rate total-rate sessions json events quiet
	verbose" ""
mode "recv --null --reflect" recv "" "port listen mtu key max-age null packets
	$telling duration once fail-if fixed-delay wait reflect reflect-rate" \
	"group no-reflect output mix channels interface"
is "a rate of nobody" "$("$SILBO" recv --null --reflect-rate 7 2>&1 | head -n 1)" \
	"silbo recv: --reflect-rate is for --reflect or --key: without either nobody is answered"

# What names the same thing twice.
for words in "recv --null -p 7 --listen 127.0.0.1:8" \
	"recv --null -p 7 --group 239.7.5.87:8" \
	"probe --reflect -p 7 --listen 127.0.0.1:8" \
	"probe --reflect --stamp -p 7 --listen :8" "probe -p 7 127.0.0.1:8" \
	"send tone -p 7 127.0.0.1:8" "send tone -4 -6 127.0.0.1" \
	"probe -4 -6 127.0.0.1" "probe --reflect --stamp -4 -6"; do
	# shellcheck disable=SC2086
	run x "$SILBO" $words
	is "$words" $status 2
	says x.err "hint: leave one of"
done

# ---- The end is the first of both, and the usual one ends no count.
port=$(free_ports 1)
slots() {
	want=$1
	shift
	run slots "$SILBO" probe "127.0.0.1:$port" -w 1ms -q \
		--json "$work/slots.json" "$@"
	is "$*" "$(json "$work/slots.json" 'r["probes"][0]["slots"]')" "$want"
}
slots 5 -i 2ms -n 5 -d 10s
slots 5 -i 2ms -n 50 -d 10ms
slots 5 -i 2ms -d 10ms
slots 5 -i 2ms -n 5 -d 0

# ---- SILBO_PORT is the port of silbo, and not that of STAMP.
speaks() { # speaks PORT ARG...: with the variable set to 9077
	want=$1
	shift
	run speaks env SILBO_PORT=9077 "$SILBO" probe 127.0.0.1 -n 1 -w 1ms "$@"
	says speaks.err "to 127.0.0.1:$want/udp"
}
speaks 9077
speaks 862 --stamp
speaks 9078 -p 9078
speaks 9078 -p 9078 --stamp
run speaks env SILBO_PORT=none "$SILBO" probe --stamp 127.0.0.1 -n 1 -w 1ms
is "not even looked at" $status 3
run speaks env SILBO_PORT=none "$SILBO" probe 127.0.0.1 -n 1 -w 1ms
is "no port" $status 2

# ---- Sizes: what is wrong with one depends on the mode.
sizes() { # sizes SIZE WHY RANGE ARG...
	size=$1 why=$2 range=$3
	shift 3
	run size "$SILBO" probe 127.0.0.1 -s "$size" "$@"
	is "-s $size $*" $status 2
	says size.err "--size $size: $why"
	says size.err "hint: $range: "
}
sizes 111 "an answer does not fit" "without a key from 112 to 65507"
sizes 0 "an answer does not fit" "without a key from 112 to 65507"
sizes 127 "an encrypted answer does not fit" "with a key from 128 to 65507" \
	--key "$work/k"
sizes 43 "an answer does not fit" "with --stamp from 44 to 65507" --stamp
sizes 65508 "no datagram of UDP holds so much" "with --stamp from 44 to 65507" \
	--stamp
sizes 65508 "no datagram of UDP holds so much" "without a key from 112 to 65507"
for right in "112" "128 --key $work/k" "44 --stamp"; do
	# shellcheck disable=SC2086
	run size "$SILBO" probe 127.0.0.1 -n 1 -w 1ms -p "$port" -s $right
	is "-s $right" $status 3
done

# ---- Long options are written in full: the next version may have two of them.
for row in "--refl reflect" "--stam stamp" "--int=5ms interval" \
	"--dura 5ms duration" "--durat duration" "--mt mtu" "--qui=3 quiet"; do
	# shellcheck disable=SC2086
	run short "$SILBO" probe 127.0.0.1 ${row% *}
	is "${row% *}" $status 2
	word=${row%% *}
	says short.err "unknown option '${word%%=*}'"
	says short.err "hint: did you mean '--${row##* }'?"
done
run short "$SILBO" recv --null --re
says short.err "did you mean '--reflect' or '--reflect-rate'?"

# ---- -v has something to tell.
run verbose "$SILBO" probe "127.0.0.1:$port" -n 1 -w 1ms -v
says verbose.err "bytes granted, arrivals stamped"
start reflect "$SILBO" probe --reflect --stamp --port 0 -v
until_says "$work/reflect.err" "bytes granted, arrivals stamped"
kill -INT "$(pid_of reflect)"
ends reflect
pass
