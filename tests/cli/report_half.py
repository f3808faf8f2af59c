# SPDX-License-Identifier: MIT
"""report_half.py SILBO REPORT: a report of which any one field is unknown.

As many fields as may be are filled first, so that all that can be said is said.
Then each is taken away in turn: what is left is told without a figure that cannot
be, or refused.  Prints nothing if all is so.
"""
import json
import re
import subprocess
import sys

IMPOSSIBLE = re.compile(r"\bnan\b|\binf\b|(?<![\w.:-])-\d|\d{16}")


def told(report):
    run = subprocess.run([sys.argv[1], "report", "-"], text=True,
                         input=json.dumps(report), capture_output=True)
    if run.returncode not in (0, 2):
        print("exit", run.returncode, run.stderr[-200:])
    return run.returncode == 0, run.stdout


def leaves(value, path=()):
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in items:
            if key not in ("intervals", "config", "schema", "role"):
                yield from leaves(child, path + (key,))
    else:
        yield path


def at(report, path):
    for key in path:
        report = report[key]
    return report


def main():
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    report["intervals"] = []
    for probe in report["probes"] or []:
        probe["intervals"] = []
    paths = list(leaves(report))
    for path in paths:
        parent, key = at(report, path[:-1]), path[-1]
        was = parent[key]
        if was not in (None, 0, False):
            continue
        for value in (3, True, "x"):
            parent[key] = value
            if told(report)[0]:
                break
        else:
            parent[key] = was
    whole, text = told(report)
    if not whole:
        print("refused when it is whole")
    wrong = set(IMPOSSIBLE.findall(text))
    if wrong:
        print("of all:", wrong)
    for path in paths:
        parent, key = at(report, path[:-1]), path[-1]
        was, parent[key] = parent[key], None
        for line in told(report)[1].splitlines():
            if IMPOSSIBLE.search(line):
                print(".".join(map(str, path)) + ":", line)
        parent[key] = was
    if len(paths) < 60:
        print("only", len(paths), "fields")


main()
