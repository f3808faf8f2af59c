#!/bin/sh
# SPDX-License-Identifier: MIT
# A recorded stream is played to receivers that were started later: --max-age
# refuses it and says so, by the clock as it is then, also if that is set while
# the receiver runs; without it the stream is heard, and named as old.
. "$(dirname -- "$0")/lib.sh"

# catch: say a port, write down what comes until a second of silence.
# throw: send it again, each datagram 20 ms after the other.
cat >"$work/tape.py" <<'P'
import pickle, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if sys.argv[1] == "catch":
    s.bind(("127.0.0.1", 0))
    print("port", s.getsockname()[1], flush=True)
    tape = []
    s.settimeout(60)
    try:
        while True:
            tape.append(s.recv(2048))
            s.settimeout(1)
    except TimeoutError:
        pickle.dump(tape, open(sys.argv[2], "wb"))
else:
    for d in pickle.load(open(sys.argv[2], "rb")):
        s.sendto(d, ("127.0.0.1", int(sys.argv[3])))
        time.sleep(.02)
P
tape() { python3 "$work/tape.py" "$@"; }

# hears NAME AHEAD SET ARG...: a receiver whose clock is AHEAD seconds ahead, and
# SET once it listens, hears the tape.
hears() {
	name=$1 ahead=$2 set=$3
	shift 3
	echo "$ahead" >"$work/wall"
	start "$name" env LD_PRELOAD="$SHIM_CLOCK" SHIM_WALL="$work/wall" \
		"$SILBO" recv -l 127.0.0.1 -p 0 --key "$work/room.key" --null \
		--json "$work/$name.json" "$@"
	until_says "$work/$name.err" "listening on"
	port=$(sed -n 's/^.*listening on .*:\([0-9]*\)\/udp.*/\1/p' \
		"$work/$name.err")
	echo "$set" >"$work/wall.new"
	mv "$work/wall.new" "$work/wall"
	tape throw "$work/tape" "$port"
	kill -INT "$(pid_of "$name")"
	ends "$name"
	heard=$(json "$work/$name.json" \
		'[len(r["streams"]), r["datagrams"]["drops"]["stale"] > 0]')
}
refused() { # refused NAME
	is "$1" "$status $heard" "5 [0, True]"
	says "$1.err" "a stream was refused for its age"
	says "$1.err" "--max-age"
}

key room.key
start catch python3 "$work/tape.py" catch "$work/tape"
until_says "$work/catch.out" port
run send "$SILBO" send tone \
	"127.0.0.1:$(sed -n 's/^port //p' "$work/catch.out")" \
	--key "$work/room.key" -d 300ms
is "sender" $status 0
ends catch

hears fresh 0 0 --max-age 10m
is "fresh" "$status $heard" "0 [1, False]"
says_not fresh.err "behind ours"
hears later 3600 3600 --max-age 10m
refused later
# The receiver was right when it started, and is right now.
hears set_on 0 3600 --max-age 10m
refused set_on
hears set_back 3600 0 --max-age 10m
is "set back" "$status $heard" "0 [1, False]"

# Without a limit it is heard, and named.
hears named 3600 3600
is "named" "$status $heard" "0 [1, False]"
checks=$((checks + 1))
grep -qE 'its clock is 3[67][0-9][0-9] s behind ours' "$work/named.err" ||
	fail "the age is not told"
says named.err "--max-age refuses it"
pass
