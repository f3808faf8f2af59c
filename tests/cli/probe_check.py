# SPDX-License-Identifier: MIT
"""probe_check.py LOG REPORT: what silbo probe reports of its target is what the
log of silbo impair says happened to PROBEs on the way forth and to ECHOs on the
way back.  Prints what differs; nothing if all agrees.

The numbers of PROBEs are dense and those that close come last, as do the ECHOs
to them; no count contains either.
"""
import csv
import json
import sys


def order(numbers):
    """Reordered ones and their largest extent (RFC 4737), by definition."""
    count = extent = 0
    for i, n in enumerate(numbers):
        j = next(j for j in range(i + 1) if numbers[j] >= n)
        count += j < i
        extent = max(extent, i - j)
    return count, extent


def way(rows, name, counted):
    """What became of the numbers that are counted."""
    came = {r["datagram"]: int(r["number"]) for r in rows
            if r["way"] == name and r["event"] == "in"
            and counted(int(r["number"]))}
    first, copies = [], 0
    for r in rows:
        if r["way"] != name or r["event"] != "out" \
                or r["datagram"] not in came:
            continue
        if r["datagram"] in first:
            copies += 1
        else:
            first.append(r["datagram"])
    reordered, extent = order([came[d] for d in first])
    return {"in": len(came), "lost": len(came) - len(first),
            "duplicate": copies, "reordered": reordered,
            "max_extent": extent}


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as log:
        rows = list(csv.DictReader(log))
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    probe, = report["probes"]
    sent = probe["sent"]
    there = way(rows, "forth", lambda n: n < sent)
    closed = sum(1 for r in rows if r["way"] == "forth"
                 and r["event"] == "out" and r["copy"] == "0"
                 and int(r["number"]) >= sent)
    echoes = sum(1 for r in rows if r["way"] == "back" and r["event"] == "in")
    back = way(rows, "back", lambda n: n < echoes - closed)
    # What a busy machine holds up for longer than --wait has no place in an order.
    late = probe["late_final"]
    keys = ("lost", "duplicate") + (("reordered", "max_extent"), ())[late > 0]
    for name, truth in ("there", there), ("back", back):
        for key in keys:
            if probe[name][key] != truth[key]:
                print(name, key, probe[name][key], "is", truth[key])
    answered = back["in"] - back["lost"] - late
    wanted = {"answered": answered, "lost": sent - answered,
              "pending": 0, "contradictions": 0, "restarts": 0,
              "answered_twice": 0, "never_sent": 0, "absurd_times": 0}
    if there["in"] != sent:
        print("sent", sent, "is", there["in"])
    for key, value in wanted.items():
        if probe[key] != value:
            print(key, probe[key], "is", value)


if __name__ == "__main__":
    main()
