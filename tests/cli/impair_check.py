# SPDX-License-Identifier: MIT
"""impair_check.py LOG IMPAIR_JSON [RECV_JSON]: the log is the truth.

What impair reports, and what a receiver behind it reports of one stream, must be
what the log says, exactly.  Prints nothing if so.
"""
import csv
import json
import sys

FATES = ("lost", "outage", "queue_full", "codel")


def same(what, got, wanted):
    if got != wanted:
        print(f"{what}: {got}, the log says {wanted}")


def runs(indices):
    """lengths of consecutive ones"""
    out, last = [], None
    for i in sorted(indices):
        if last is not None and i == last + 1:
            out[-1] += 1
        else:
            out.append(1)
        last = i
    return out


def check_way(rows, way, report):
    mine = [r for r in rows if r["way"] == way]
    count = {}
    for r in mine:
        count[r["event"]] = count.get(r["event"], 0) + 1
    for key in ("out", "unsent", "no_place") + FATES:
        same(f"{way} {key}", report[key], count.get(key, 0))
    same(f"{way} in", report["in"], count.get("in", 0) +
         count.get("no_place", 0))
    same(f"{way} in_bytes", report["in_bytes"],
         sum(int(r["bytes"]) for r in mine if r["event"] == "in"))
    same(f"{way} conservation", report["in"], report["no_place"] +
         report["queued"] + report["delivered"] +
         sum(report[f] for f in FATES))
    same(f"{way} copies", report["delivered"] + report["duplicated"],
         report["out"] + report["unsent"] + report["on_the_way"])
    lengths = []
    for client in {r["client"] for r in mine}:
        lengths += runs({int(r["datagram"]) for r in mine
                         if r["event"] in FATES and r["client"] == client})
    same(f"{way} loss_runs", report["loss_runs"], len(lengths))
    same(f"{way} loss_run_max", report["loss_run_max"],
         max(lengths, default=0))
    same(f"{way} second copies", sum(r["copy"] == "1" for r in mine
                                     if r["event"] in ("out", "unsent")),
         report["duplicated"] if not report["on_the_way"] else
         sum(r["copy"] == "1" for r in mine
             if r["event"] in ("out", "unsent")))


def check_stream(rows, stream):
    """DATA of the one stream, as the receiver must have counted them."""
    data = [r for r in rows if r["type"] == "DATA" and r["way"] == "forth"]
    sent = {int(r["number"]) for r in data if r["event"] == "in"}
    out = [int(r["number"]) for r in data if r["event"] == "out"]
    seen, reordered, highest = set(), 0, -1
    for number in out:
        if number in seen:
            continue
        seen.add(number)
        reordered += number < highest
        highest = max(highest, number)
    packets = stream["packets"]
    same("expected", packets["expected"], len(sent))
    same("unique", packets["unique"], len(seen))
    same("lost", packets["lost"], len(sent - seen))
    same("lost by the network", packets["lost_network"], len(sent - seen))
    same("duplicate", packets["duplicate"], len(out) - len(seen))
    same("reordered", packets["reordered"], reordered)
    same("loss runs", stream["loss_runs"]["count"], len(runs(sent - seen)))
    same("longest run", stream["loss_runs"]["max"],
         max(runs(sent - seen), default=0))


def main():
    rows = list(csv.DictReader(open(sys.argv[1], encoding="ascii")))
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    for way in ("forth", "back"):
        check_way(rows, way, report["ways"][way])
    if len(sys.argv) > 3:
        received = json.load(open(sys.argv[3], encoding="utf-8"))
        same("streams", len(received["streams"]), 1)
        check_stream(rows, received["streams"][0])


main()
