#!/bin/sh
# SPDX-License-Identifier: MIT
# manual.sh PAGE: silbo(1) and --help tell of the same commands, options, values
# and defaults, and mandoc has nothing to object.
. "$(dirname -- "$0")/lib.sh"
page=$1

is "page and help" "$(python3 -B "$here/manual.py" "$page" "$SILBO" 2>&1)" ""
if command -v mandoc >/dev/null 2>&1; then
	# Which other pages a machine has is not the page's fault.
	is "mandoc -T lint" "$(mandoc -T lint "$page" 2>/dev/null |
		grep -v 'referenced manual not found')" ""
else
	echo "${0##*/}: no mandoc here, the form of the page was not checked"
fi
pass
