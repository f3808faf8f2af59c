#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_report.py REPORT SENT DROP REPEAT DELAY

Compares a receiver's JSON report with the truth: how many DATA the sender made,
and the lists of numbers that the relay dropped, repeated and delayed by four.
"""
import json
import sys


def numbers(text):
    out = set()
    for part in text.split(",") if text not in ("", "-") else []:
        a, _, b = part.partition("-")
        out |= set(range(int(a), int(b or a) + 1))
    return out


def bucket(run):
    for low, high, name in ((1, 1, "1"), (2, 2, "2"), (3, 3, "3"), (4, 4, "4"),
                            (5, 8, "5-8"), (9, 16, "9-16"), (17, 32, "17-32")):
        if low <= run <= high:
            return name
    return "33+"


def histogram(lengths):
    out = {}
    for length in lengths:
        out[bucket(length)] = out.get(bucket(length), 0) + 1
    return out


def stretches(count, packets, lost):
    """As a report tells bursts and gaps, in frames of 20 ms."""
    return {"count": count, "packets": packets, "lost": lost,
            "density_ratio": round(lost / packets, 5) if packets else None,
            "mean_packets": round(packets / count, 3) if count else None,
            "mean_ms": round(20 * packets / count, 3) if count else None}


def pattern(drop, sent):
    """RFC 3357 distances, and bursts and gaps of RFC 3611 with Gmin 16."""
    lost = sorted(drop)
    distances = [b - a for a, b in zip(lost, lost[1:])]
    bursts = []
    for n in lost:
        if bursts and n - bursts[-1][-1] - 1 < 16:
            bursts[-1].append(n)
        else:
            bursts.append([n])
    bursts = [b for b in bursts if len(b) > 1]
    inside = sum(b[-1] - b[0] + 1 for b in bursts)
    dense = sum(map(len, bursts))
    gaps = 1 + len(bursts) - sum(b[0] == 0 for b in bursts) - sum(
        b[-1] == sent - 1 for b in bursts)
    return {"distance_histogram": histogram(distances),
            "noticeable_ratio": round(
                sum(d <= 16 for d in distances) / len(lost), 5)
            if lost else None,
            "noticeable_within": 16, "gmin": 16,
            "bursts": stretches(len(bursts), inside, dense),
            "gaps": stretches(gaps, sent - inside, len(lost) - dense)}


def main():
    report = json.load(open(sys.argv[1]))
    sent = int(sys.argv[2])
    drop, repeat, delay = map(numbers, sys.argv[3:6])
    assert all(n < sent for n in drop | repeat | delay), "lists beyond the end"
    runs, length = [], 0
    for n in range(sent + 1):
        if n in drop:
            length += 1
        elif length:
            runs.append(length)
            length = 0
    stream = report["streams"][0]
    packets = stream["packets"]
    truth = {
        "expected": sent, "unique": sent - len(drop), "lost": len(drop),
        "pending": 0, "overdue": 0, "duplicate": len(repeat), "late_final": 0, "too_old": 0,
        "reordered": len(delay), "lost_network": len(drop), "dropped_here": 0,
        "arrived": sent - len(drop) + len(repeat),
    }
    wrong = [f"{k}: {packets[k]}, truth {v}" for k, v in truth.items()
             if packets[k] != v]
    for what, got, want in (
            ("max_extent", stream["reordering"]["max_extent"],
             4 if delay else 0),
            ("mean extent", stream["reordering"]["mean_extent"],
             4 if delay else None),
            ("extents", stream["reordering"]["histogram"],
             {"4": len(delay)} if delay else {}),
            ("n-reordered", stream["reordering"]["n_reordered"],
             {"histogram": {"4": len(delay)} if delay else {},
              "share_3": round(len(delay) / (sent - len(drop)), 5)}),
            ("runs", stream["loss_runs"]["count"], len(runs)),
            ("longest", stream["loss_runs"]["max"], max(runs, default=0)),
            ("histogram", stream["loss_runs"]["histogram"],
             histogram(runs)),
            ("pattern of losses", stream["loss_pattern"],
             pattern(drop, sent)),
            ("tail", stream["tail"], "known"),
            ("joined_late", stream["joined_late"], False),
            ("streams", len(report["streams"]), 1)):
        if got != want:
            wrong.append(f"{what}: {got}, truth {want}")
    counts = report["datagrams"]
    total = counts["accepted"] + sum(counts["drops"].values())
    if counts["received"] != total:
        wrong.append(f"received {counts['received']} != {total}")
    for field in ("unique", "lost", "duplicate", "reordered"):
        got = sum(row[field] for interval in report["intervals"]
                  for row in interval["streams"])
        if got != packets[field]:
            wrong.append(f"intervals' {field} sum to {got}, "
                         f"total {packets[field]}")
    if not report["intervals"]:
        wrong.append("no intervals")
    if wrong:
        sys.exit("report differs from the truth:\n  " + "\n  ".join(wrong))
    print("report equals the truth:", packets)


main()
