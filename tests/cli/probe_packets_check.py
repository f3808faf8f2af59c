# SPDX-License-Identifier: MIT
"""probe_packets_check.py LOG REPORT: the log of silbo probe --packets gives the
figures of its report, recomputed from the lines alone by their definitions.
Prints what differs; nothing if all agrees.
"""
import csv
import json
import sys

from probe_check import order

OF_A_PROBE = ("answered", "lost", "pending", "unsent")
BESIDES = ("late", "copy", "twice", "never_sent", "too_old", "closing")
SKIP = object()
TIMES = ("due_ns", "sent_ns", "lateness_ns", "arrived_ns", "rtt_ns",
         "received_ns", "echoed_ns")


def runs(fates):
    """Lengths of runs of lost ones."""
    found = []
    for before, fate in zip([None] + fates, fates):
        if fate == "lost":
            found = found + [1] if before != "lost" else \
                found[:-1] + [found[-1] + 1]
    return found


def jitter(rtts):
    """RFC 3550 section 6.4.1."""
    j = 0.0
    for a, b in zip(rtts, rtts[1:]):
        j += (abs(b - a) - j) / 16
    return j


def times(row, interval):
    """What the times of one line must be among themselves."""
    t = {k: int(row[k]) if row[k] else None for k in TIMES}
    ok = None not in (t["due_ns"], t["sent_ns"]) and \
        t["lateness_ns"] == t["sent_ns"] - t["due_ns"] >= 0 and \
        t["due_ns"] % interval == 0
    if row["fate"] in ("answered", "late"):
        ok = ok and t["rtt_ns"] == t["arrived_ns"] - t["sent_ns"] - \
            (t["echoed_ns"] - t["received_ns"])
    elif row["fate"] in OF_A_PROBE:
        ok = ok and t["arrived_ns"] is None and row["order"] == ""
    return ok


def told(rows):
    """What the reflector told last: the answer of the highest order."""
    last = max((r for r in rows if r["there_unique"]),
               key=lambda r: int(r["order"]))
    return {k: int(last[k]) for k in (
        "there_unique", "there_duplicate", "there_reordered",
        "there_extent_max", "withheld")}


def lost_ways(last, count):
    """There and back, or None: what was told behind the last PROBE tells the
    two apart, where what is pending leaves no doubt."""
    came = count["answered"] + count["late"]
    pending, lost = count["pending"], count["lost"] - count["late"]
    found = []
    for missing in (came + lost + pending - last["there_unique"],
                    last["there_unique"] - last["withheld"] - came):
        least, most = max(missing - pending, 0), min(missing, lost)
        found.append(least if least == most else None)
    if None in found or (lost > 0 and not count["closing"]):
        return None, None
    return found


def ways(rows, count):
    """Each way by itself."""
    firsts = [int(r["order"]) for r in rows if r["fate"] == "answered"]
    last = told(rows)
    reordered, extent = order(firsts)
    there, back = lost_ways(last, count)
    return {
        "there": {"lost": there,
                  "duplicate": last["there_duplicate"],
                  "reordered": last["there_reordered"],
                  "max_extent": last["there_extent_max"]},
        "back": {"lost": back, "duplicate": count["copy"],
                 # A late one has no place in an order.
                 "reordered": SKIP if count["late"] else reordered,
                 "max_extent": SKIP if count["late"] else extent}}


def compare(what, got, wanted):
    if wanted is not SKIP and got != wanted:
        print(what, got, "is", wanted)


def check(rows, probe, stamp):
    own = sorted((r for r in rows if r["fate"] in OF_A_PROBE),
                 key=lambda r: int(r["number"]))
    count = {k: sum(r["fate"] == k for r in rows)
             for k in OF_A_PROBE + BESIDES}
    compare("a line for each", [int(r["number"]) for r in own] ==
            list(range(probe["slots"])), True)
    compare("sent", probe["sent"], sum(count[k] for k in OF_A_PROBE[:3]))
    for key, fate in (("answered",) * 2, ("lost",) * 2, ("pending",) * 2,
                      ("unsent",) * 2, ("late_final", "late"),
                      ("never_sent",) * 2, ("too_old",) * 2,
                      ("answered_twice", "twice")):
        if not stamp or key != "answered_twice":
            compare(key, probe[key], count[fate])
    found = runs([r["fate"] for r in own if r["fate"] != "unsent"])
    compare("runs", probe["loss_runs"]["count"], len(found))
    compare("longest run", probe["loss_runs"]["max"], max(found, default=0))
    compare("lateness", probe["lateness_ms"]["max"], round(max(
        int(r["lateness_ns"]) for r in own if r["fate"] != "unsent") / 1e6, 3))
    compare("late", probe["late_over_1ms"], sum(
        int(r["lateness_ns"]) > 1000000 for r in own
        if r["fate"] != "unsent"))
    rtts = [int(r["rtt_ns"]) for r in rows if r["rtt_ns"]]
    if rtts:
        compare("first", probe["first_ms"], round(rtts[0] / 1e6, 3))
        mean = sum(rtts) / len(rtts) / 1e6
        if abs(probe["rtt_ms"]["mean"] - mean) > 0.002:
            print("mean", probe["rtt_ms"]["mean"], "is", mean)
        if abs(probe["jitter_ms"] - jitter(rtts) / 1e6) > 0.002:
            print("jitter", probe["jitter_ms"], "is", jitter(rtts) / 1e6)
    if not stamp and rtts:
        for name, way in ways(rows, count).items():
            for key, value in way.items():
                compare(name + " " + key, probe[name][key], value)
    for row in rows:
        if row["fate"] not in ("closing", "never_sent", "too_old") and \
                not times(row, int(probe["interval_ms"] * 1e6)):
            print("times", row)


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as log:
        rows = list(csv.DictReader(log))
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    for row in rows:
        if None in row or None in row.values() or \
                row["fate"] not in OF_A_PROBE + BESIDES:
            print("line", row)
    peers = {probe["peer"]: probe for probe in report["probes"]}
    compare("targets", {r["target"] for r in rows} - set(peers), set())
    for peer, probe in peers.items():
        check([r for r in rows if r["target"] == peer], probe,
              report["config"]["protocol"] == "stamp")


main()
