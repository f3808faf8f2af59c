#!/bin/sh
# SPDX-License-Identifier: MIT
# Behind an outage of more than 3000 numbers the first PROBE of a plain prober is
# refused, and the second one, whichever comes, bears it out: no figure is off.
. "$(dirname -- "$0")/lib.sh"

listening jump --null --reflect --json "$work/jump.json"
asks jump <<'P'
import sys, time, prober
p = prober.Prober(int(sys.argv[1]), None)
for n in list(range(5)) + list(range(4000, 4100, 2)):
    p.send(n)
    time.sleep(.002)
last = max((f for _, f in p.echoes(54)), key=lambda f: f["number"])
assert (last["number"], last["unique"], last["withheld"]) == (4098, 55, 1), last
P
kill -INT "$(pid_of jump)"
ends jump
is "exit" $status 0
is "counts" "$(json "$work/jump.json" '[(x["unique"], x["answered"],
	x["withheld"], x["lost"] + x["pending"]) for x in r["reflected"]]')" \
	"[(55, 54, 1, 4044)]"
is "refused" "$(json "$work/jump.json" \
	'(lambda d: (d["drops"]["jump"], d["received"] - d["accepted"]))(
	r["datagrams"])')" "(1, 1)"
pass
