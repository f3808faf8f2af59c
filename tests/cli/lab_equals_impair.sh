#!/bin/sh
# SPDX-License-Identifier: MIT
# A stream through impair over real sockets loses what the same stream loses in
# the laboratory: same seed, same order of datagrams, same figures.  Paced by
# packets, so that time has no part in it; held-back ones are overtaken by two,
# with 10 ms to spare on both sides.
. "$(dirname -- "$0")/lib.sh"

cat >"$work/same.ini" <<'P'
[link]
pace = packets
loss = 8%
burst = 2.5
duplicate = 3%
reorder = 4%
reorder_by = 50ms
keep_order = no
delay = 5ms
seed = 4711
[stream]
duration = 10020ms
P

# Did DATA and INFO come to impair in the order of the schedule?  A sender that
# was held up for a frame changes it, and then other datagrams are lost.
cat >"$work/order.py" <<'P'
import csv, sys
rows = [(r["type"], int(r["number"])) for r in csv.DictReader(open(sys.argv[1]))
        if (r["event"], r["way"]) == ("in", "forth")]
ages = [20, 40, 100, 200, 400] + [1000 * i for i in range(1, 11)]
behind, said = {age // 20: i + 1 for i, age in enumerate(ages)}, 0
want = [("INFO", 0)]
for number in range(501):
    want.append(("DATA", number))
    if number in behind:
        want.append(("INFO", behind[number]))
print(rows[:len(want)] == want)
P

through_impair() {
	listening r --null --once --json "$work/r.json"
	to=$port
	road=$(free_ports 1)
	start i "$SILBO" impair --listen "127.0.0.1:$road" \
		--to "127.0.0.1:$to" \
		--scenario "$work/same.ini" --log "$work/log.csv" \
		--json "$work/i.json"
	until_says "$work/i.err" "listening on"
	run s "$SILBO" send tone "127.0.0.1:$road" -d 10s -q
	ends r
	is "receiver" "$status" 0
	kill -INT "$(pid_of i)"
	ends i
}

run lab "$SILBO" lab "$work/same.ini" -q --json "$work/lab.json"
is "lab" "$status" 0
want=$(python3 -c 'import json, sys
s = json.load(open(sys.argv[1]))["points"][0]["sum"]
print(s["sent"], s["lost"], s["loss_runs"], s["duplicate"], s["reordered"])
' "$work/lab.json")

for _ in 1 2 3; do
	through_impair
	got=$(json "$work/r.json" '"%d %d %d %d %d" % (s["packets"]["expected"],
		s["packets"]["lost"], s["loss_runs"]["count"],
		s["packets"]["duplicate"], s["packets"]["reordered"])')
	order=$(python3 "$work/order.py" "$work/log.csv")
	[ "$got" != "$want" ] || break
done
if [ "$got" != "$want" ] && [ "$order" != True ]; then
	not_checked "same figures: the sender was held up three times"
else
	is "sent, lost, runs, duplicate, reordered" "$got" "$want"
	is "some were lost" "$([ "${want#501 0 }" = "$want" ] && echo yes)" yes
fi
pass
