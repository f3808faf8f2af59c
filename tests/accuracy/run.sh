#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [probe] [--short] [--seed N] [--only SCENARIO,...] [--modes plain,sealed]
# run.sh paused | flood | slots
#
# The bar: what silbo reports is what the log of the road says, over all
# scenarios, plain and encrypted; and what a receiver that was stopped could not
# take is what the kernel says.  flood is 100 000 datagrams a second, slots a PROBE
# each millisecond.  The programs are those of $SILBO, $TALK and $BARE, or of
# build/dev.  What fails is told with seed and scenario, and its logs are kept.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=${BUILD:-$here/../../build/dev}
SILBO=${SILBO:-$build/tools/silbo} TALK=${TALK:-$build/tests/accuracy/talk}
BARE=${BARE:-$build/tests/accuracy/bare}
export SILBO TALK BARE
for program in "$SILBO" "$TALK" "$BARE"; do
	[ -x "$program" ] && continue
	echo "run.sh: $program: not there; build it, or name it" >&2
	exit 2
done
case ${1:-} in
paused | flood | slots) exec python3 -B "$here/$1.py" ;;
esac
python3 -B "$here/oracle.py" --check
exec python3 -B "$here/run.py" "$@"
