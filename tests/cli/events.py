# SPDX-License-Identifier: MIT
"""events.py EVENTS REPORT: what a run told while it ran, and at its end.

Every line is an object; they come in order; intervals sum to the totals; the
report of the last is that of --json.  Prints nothing if all is so.
"""
import json
import sys

RECV = ("arrived", "unique", "lost", "duplicate", "late_final", "too_old",
        "reordered")


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    if not text.endswith("\n"):
        print("the last line is not whole")
    lines = [json.loads(line) for line in text.splitlines()]
    kinds = [line["event"] for line in lines]
    if kinds[0] != "start" or kinds[-1] != "end":
        print("begins and ends with", kinds[0], kinds[-1])
    if kinds.count("start") + kinds.count("end") != 2:
        print("more than one start or end")
    for key in ("schema", "tool", "role", "start", "config"):
        if lines[0][key] != report[key]:
            print(key, "of start differs from the report's")
    if lines[-1]["report"] != report:
        print("the report of end is not that of --json")
    if lines[-1]["events_dropped"] != 0:
        print("events were dropped")
    times = [line["t"] for line in lines if "t" in line]
    if any(b < a - 1 for a, b in zip(times, times[1:])):
        print("time goes back:", times)
    intervals = [{k: v for k, v in line.items() if k not in ("event", "reflected", "reflected_forgotten")}
                 for line in lines if line["event"] == "interval"]
    # What is overdue is told while it is, and then no more.
    for row in (row for line in intervals for row in line["streams"]):
        overdue = row.pop("overdue", "absent")
        if overdue == "absent" or (report["role"] == "send" and
                                   overdue is not None):
            print("overdue:", overdue)
    if intervals != report["intervals"] or not intervals:
        print("intervals differ from those of the report")
    ended = {line["stream"]["id"]: line["stream"] for line in lines
             if line["event"] == "stream_end"}
    begun = [line["id"] for line in lines if line["event"] == "stream"]
    if sorted(begun) != sorted(ended) or len(set(begun)) != len(begun):
        print("streams:", begun, "ended:", sorted(ended))
    for stream in report["streams"]:
        if stream["id"] not in ended:
            print("a stream of the report never ended")
        totals = stream["packets"] if report["role"] == "recv" else {
            "sent": stream["sent"]["data"], "unsent": stream["sent"]["unsent"]}
        for key in RECV if report["role"] == "recv" else ("sent", "unsent"):
            total = sum(row[key] for interval in intervals
                        for row in interval["streams"]
                        if row["id"] == stream["id"])
            if total != totals[key]:
                print(f"{key}: intervals sum to {total}, not {totals[key]}")


main()
