# SPDX-License-Identifier: MIT
"""reflect_events.py EVENTS REPORT SCHEMA: what a reflector told in its intervals
sums to what its report says of every prober, and has the form of the schema.
Prints nothing if all is so, or what is not.
"""
import json
import sys

STILL = ("max_extent", "pending")  # as they are at the end of an interval
COUNTS = ("unique", "duplicate", "too_old", "reordered", "lost", "answered",
          "withheld", "unsent", "too_short", "closing", "bytes_in",
          "bytes_out")


def check_form(intervals, path):
    try:
        import jsonschema
    except ImportError:
        return
    schema = json.load(open(path, encoding="utf-8"))
    form = {"definitions": schema["definitions"],
            "$ref": "#/definitions/interval_of_reflector"}
    validator = jsonschema.Draft7Validator(form)
    for interval in intervals:
        for error in validator.iter_errors(interval):
            print("/".join(map(str, error.absolute_path)), error.message[:200])
    row = intervals[-1]["reflected"][0]
    for key in row:
        wrong = dict(intervals[-1], reflected=[dict(row, **{key: []})])
        if validator.is_valid(wrong):
            print("the schema admits anything as", key)


def main():
    events, report = sys.argv[1:3]
    lines = [json.loads(x) for x in open(events, encoding="utf-8")]
    report = json.load(open(report, encoding="utf-8"))
    intervals = [x for x in lines if x["event"] == "interval"]
    rows = [x for i in intervals for x in i["reflected"]]
    told = {x["id"] for x in rows}
    for prober in report["reflected"]:
        own = [x for x in rows if x["id"] == prober["id"]]
        if not own:
            print("never told:", prober["id"])
            continue
        for key in COUNTS:
            if sum(x[key] for x in own) != prober[key]:
                print(f"{key}: rows sum to {sum(x[key] for x in own)}, "
                      f"not {prober[key]}")
        for key in STILL + ("peer",):
            if own[-1][key] != prober[key]:
                print(f"{key}: {own[-1][key]} at the end, not {prober[key]}")
    gone = report["reflected_forgotten"]
    sums = [i["reflected_forgotten"] for i in intervals]
    if sum(x["count"] for x in sums) != gone["count"]:
        print("forgotten:", sum(x["count"] for x in sums), gone["count"])
    for key in ("unique", "answered"):
        total = gone[key] + sum(x[key] for x in report["reflected"])
        got = sum(x[key] for x in rows) + sum(x[key] for x in sums)
        if got != total:
            print(f"{key} of all: {got}, not {total}")
    if len(told) < len(report["reflected"]):
        print("fewer probers in the intervals than in the report")
    check_form(intervals, sys.argv[3])


main()
