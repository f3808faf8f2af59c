#!/bin/sh
# SPDX-License-Identifier: MIT
# include_direction.sh ROOT: arrows between the rooms point only downward.
# Each room has a list of what it may include; everything else fails.
set -eu
cd "$1"
failed=0

# check ROOM ALLOWED FILE...: every #include of the files matches ALLOWED.
check() {
	room=$1 allowed=$2
	shift 2
	[ $# -gt 0 ] && [ -e "$1" ] || {
		echo "include_direction: no files in $room"
		exit 1
	}
	bad=$(grep -HnE '^[[:space:]]*#[[:space:]]*include' "$@" |
		grep -vE "include[[:space:]]+($allowed)" || true)
	if [ -n "$bad" ]; then
		echo "$room may not include:"
		echo "$bad"
		failed=1
	fi
}

words='<silbo/(defs|err|arrival)\.h>'
pure='<(assert|float|stdbool|stddef|stdint|string)\.h>|"(align|bytes|classes)\.h"'

# Words and bytes know nothing above them.
check core/words "$pure|<silbo/(defs|err)\.h>" lib/core/err.c \
	lib/core/align.h lib/core/bytes.h lib/core/classes.h lib/core/bucket.h
check core/wire "$pure|<silbo/(defs|err|wire)\.h>" lib/core/wire.c \
	lib/core/wire_probe.c

check core/stamp "$pure|$words|<silbo/stamp\.h>" lib/core/stamp.c

# Rules are strangers to one another: each sees words, wire and itself.
# The private parts of a rule (slots.h ...) belong to that rule alone.
for rule in window jitter marks mtu pattern quality quantile skew steps sync; do
	check "core/$rule" "$pure|$words|<silbo/(wire|$rule)\.h>" \
		lib/core/$rule.c
done
# Delay is made of two rules, which do not know it.
check core/transit "$pure|$words|<silbo/(quantile|skew|transit)\.h>" \
	lib/core/transit.c
check core/track "$pure|$words|<silbo/track\.h>|\"(order|slots)\.h\"" \
	lib/core/track*.c lib/core/order.[ch] lib/core/slots.h
check core/playout \
	"$pure|$words|<silbo/(wire|playout)\.h>|\"(axis|ring|playout_state)\.h\"" \
	lib/core/playout*.[ch] lib/core/axis.h lib/core/ring.h
check core/key "$pure|$words|<silbo/(wire|key)\.h>|<sodium\.h>" lib/core/key.c
check core/seal "$pure|$words|<silbo/(wire|key|seal)\.h>|<sodium\.h>" \
	lib/core/seal.c

# Roles compose rules, and other roles below them.
check core/stream "$pure|$words|<silbo/(wire|track|jitter|marks|transit|playout|stream)\.h>" \
	lib/core/stream.c
check core/gate \
	"$pure|$words|<silbo/(wire|key|seal|window|marks|stream|gate)\.h>|\"(gate_about|own|place|table|tombs)\.h\"" \
	lib/core/gate.c lib/core/gate_about.h lib/core/own.h lib/core/table.[ch] lib/core/place*.[ch] \
	lib/core/standing.c lib/core/tombs.[ch]
check core/sender "$pure|$words|<silbo/(wire|key|seal|sender)\.h>" \
	lib/core/sender.c
check core/prober \
	"$pure|$words|<silbo/(wire|track|jitter|quantile|sync|transit|prober)\.h>|\"prober_state\.h\"" \
	lib/core/prober*.[ch]
check core/asker "$pure|$words|<silbo/(wire|key|seal|prober|asker)\.h>" \
	lib/core/asker.c
check core/reflector \
	"$pure|$words|<silbo/(wire|key|seal|track|reflector)\.h>|\"bucket\.h\"|\"reflector_count\.h\"" \
	lib/core/reflector.c lib/core/reflector_count.[ch]
check core/stamp_reflector \
	"$pure|$words|<silbo/stamp\.h>|\"(bucket|stamp_table)\.h\"|<sodium\.h>" \
	lib/core/stamp_reflector.c lib/core/stamp_table.[ch]
check core/sides "$pure|$words|<silbo/(track|sides)\.h>" lib/core/sides.c
check core/receiver \
	"$pure|$words|<silbo/(gate|stream|receiver)\.h>|\"gate_about\.h\"" \
	lib/core/receiver.c

# The model of networks knows the core's words and itself, its trial also what
# sends and receives; nothing of the core knows it.  Bottom up: numbers, traces,
# what becomes of one datagram.
plain='<(assert|float|stdbool|stddef|stdint|string)\.h>'
check sim/numbers "$plain|<silbo/(defs|random)\.h>|\"(draw|exact)\.h\"" \
	lib/sim/draw.h lib/sim/random.c lib/sim/exact.[ch]
check sim/trace "$plain|<silbo/(defs|err|trace)\.h>" lib/sim/trace.c
check sim/loss "$plain|<silbo/loss\.h>|\"(chain|draw|exact)\.h\"" \
	lib/sim/chain.[ch] lib/sim/loss.c
check sim/delay "$plain|<silbo/delay\.h>|\"(draw|exact)\.h\"" \
	lib/sim/check.c lib/sim/delay.c
# Then the queue, a link of all these, a world of links, a trial in it.
align='"../core/align\.h"'
check sim/queue "$plain|$align|<silbo/(defs|queue)\.h>|\"codel\.h\"" \
	lib/sim/codel.[ch] lib/sim/queue.c
check sim/link "$plain|$align|<silbo/link\.h>|\"(draw|phase|tally)\.h\"" \
	lib/sim/link.c lib/sim/link_config.c lib/sim/phase.h lib/sim/tally.[ch]
check sim/world \
	"$plain|$align|<silbo/(defs|link|world)\.h>|\"(heap|world_clock|store)\.h\"" \
	lib/sim/heap.h lib/sim/world_clock.h lib/sim/store.h lib/sim/world.c
check sim/trial "$plain|$align|<silbo/trial\.h>|\"trial_state\.h\"" \
	lib/sim/trial*.[ch]

# Public headers of the core name no operating system, codec or edge.
core=$(ls lib/include/silbo/*.h | grep -vE '/(addr|net|media|score|silbo)\.h$')
# shellcheck disable=SC2086
check core/headers '<silbo/|<std(bool|def|int)\.h>' $core
check core/headers-downward '<silbo/[a-z]+\.h>|<std(bool|def|int)\.h>' $core
bad=$(grep -lE '<silbo/(addr|net|media|score|silbo)\.h>' $core lib/core/* \
	lib/sim/* || true)
[ -z "$bad" ] || { echo "the core includes an edge: $bad"; failed=1; }

# Edges include the core's words, never one another.
bad=$(grep -HnE '<silbo/(media|score|sim)\.h>|"../(media|sim)' lib/net/* || true)
[ -z "$bad" ] || { echo "lib/net reaches sideways: $bad"; failed=1; }
bad=$(grep -HnE '<silbo/(addr|net|sim|gate|receiver|sender|stream)\.h>|"../(net|sim)|<(sys/socket|netinet|arpa|netdb)' \
	lib/media/* || true)
[ -z "$bad" ] || { echo "lib/media reaches sideways: $bad"; failed=1; }
bad=$(grep -HnE 'opus|sndfile|jansson|sodium' lib/net/* | grep '#' || true)
[ -z "$bad" ] || { echo "lib/net knows a codec or cipher: $bad"; failed=1; }

# Nothing below includes the tools.
bad=$(grep -HnE '"(cli|report|recv|send|run|record|summary|intervals)\.h"' \
	lib/*/*.[ch] || true)
[ -z "$bad" ] || { echo "the library includes a tool: $bad"; failed=1; }

# Every file of the core is named above: a new one chooses its layer.
for file in lib/core/*.[ch]; do
	case ${file##*/} in
	align.h|bucket.h|bytes.h|classes.h|err.c) ;;
	wire.c|wire_probe.c) ;;
	key.c|seal.c) ;;
	window.c|jitter.c|marks.c|mtu.c|quality.c|quantile.c|skew.c|steps.c|sync.c|transit.c) ;;
	track*.c|order.[ch]|pattern.c|slots.h) ;;
	playout*.[ch]|axis.h|ring.h) ;;
	gate.c|gate_about.h|own.h|table.[ch]|standing.c|place*.[ch]|tombs.[ch]) ;;
	stream.c|sender.c|receiver.c) ;;
	prober*.[ch]|asker.c|reflector.c|reflector_count.[ch]) ;;
	stamp.c|stamp_table.[ch]|stamp_reflector.c|sides.c) ;;
	*) echo "$file has no layer in ${0##*/}"; failed=1 ;;
	esac
done

# And every file of the model.
for file in lib/sim/*.[ch]; do
	case ${file##*/} in
	draw.h|random.c|exact.[ch]|trace.c|chain.[ch]|loss.c) ;;
	check.c|delay.c|codel.[ch]|queue.c|link.c|link_config.c|phase.h) ;;
	tally.[ch]|heap.h|store.h|world.c|world_clock.h|trial*.[ch]) ;;
	*) echo "$file has no layer in ${0##*/}"; failed=1 ;;
	esac
done

[ $failed -eq 0 ] && echo "include directions: ok"
exit $failed
