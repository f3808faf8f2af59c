#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [--short] [--seed N] [--only SCENARIO,...] [--modes plain,sealed]
# run.sh paused
#
# The bar: what silbo reports is what the log of the road says, over all
# scenarios, plain and encrypted; and what a receiver that was stopped could not
# take is what the kernel says.  The programs are those of $SILBO and $TALK, or of
# build/dev.  What fails is told with seed and scenario, and its logs are kept.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
build=${BUILD:-$here/../../build/dev}
SILBO=${SILBO:-$build/tools/silbo} TALK=${TALK:-$build/tests/accuracy/talk}
export SILBO TALK
for program in "$SILBO" "$TALK"; do
	[ -x "$program" ] && continue
	echo "run.sh: $program: not there; build it, or name it" >&2
	exit 2
done
if [ "${1:-}" = paused ]; then
	exec python3 -B "$here/paused.py"
fi
python3 -B "$here/oracle.py" --check
exec python3 -B "$here/run.py" "$@"
