# SPDX-License-Identifier: MIT
# Sourced by the tests of silbo impair, after lib.sh.

# between ADDRESS plain|sealed: where both ends are, in $address and $mode, and what
# they are told beside, in $with.
between() {
	address=$1 mode=$2 with=
	[ "$address" = 127.0.0.1 ] || have_ipv6 || skip "no IPv6 on the loopback"
	[ "$mode" = sealed ] || return 0
	key room.key
	with="--key $work/room.key"
}

# port_of NAME: where a program says that it listens.
port_of() {
	sed -n 's/^.*listening on [^ ]*:\([0-9]*\)\/udp.*/\1/p' "$work/$1.err" |
		head -n 1
}

# impairing NAME ADDRESS PORT ARG...: impair to that address and port, ready; its
# own port in $road.  NAME.csv is its log, NAME.json its report.
impairing() {
	name=$1 to=$(at "$2" "$3") from=$(at "$2" 0)
	shift 3
	start "$name" "$SILBO" impair --listen "$from" --to "$to" \
		--log "$work/$name.csv" --json "$work/$name.json" "$@"
	until_says "$work/$name.err" "listening on"
	road=$(port_of "$name")
}

# stops NAME: by SIGINT, with its report and status 0.
stops() {
	kill -INT "$(pid_of "$1")"
	ends "$1"
	is "$1 ends" $status 0
}

# settled NAME: until its log has not grown for a second.  It is written at least
# once a second.
settled() {
	size=-1
	while [ "$size" != "$(wc -c <"$work/$1.csv")" ]; do
		size=$(wc -c <"$work/$1.csv")
		sleep 1.2
	done
}
