# SPDX-License-Identifier: MIT
"""What a road did to a stream, from the log of the road alone.

Slow and obvious on purpose: it keeps everything, knows no window, and shares
nothing with the program but the definitions (docs/metrics.md).  All that is
final is final here: the log has ended.

    oracle.py LOG       print the truth of every stream in it
    oracle.py --check   compare it with tables worked out by hand
"""
import csv
import json
import sys

RUN_CLASSES = ("1", "2", "3", "4", "5-8", "9-16", "17-32", "33+")
GMIN = 16  # received ones in a row that end a burst, as RFC 3611 suggests
COUNTS = ("sent", "unique", "lost", "duplicate", "late_final", "reordered",
          "extent", "runs", "run_max", "histogram")


class Flow:
    """One source on one way: what came into the road and what left it."""

    def __init__(self):
        self.sent = []      # (number, time), as they came in
        self.left = []      # (number, time), every copy as it went out
        self.announced = 0  # numbers below it the receiver was told of

    def lines(self, rows, types):
        told = {}           # number of an INFO: what it announces
        for row in rows:
            at, number = int(row["time_ns"]), int(row["number"] or 0)
            if row["type"] == "INFO" and row["event"] == "in":
                told[number] = max((n for n, _ in self.sent),
                                   default=-1) + 1
            elif row["type"] == "INFO" and row["event"] == "out":
                self.announced = max(self.announced, told[number])
            elif row["type"] in types and row["event"] == "in":
                self.sent.append((number, at))
            elif row["type"] in types and row["event"] == "out":
                self.left.append((number, at))
        return self


def read(path, types=("DATA",)):
    """{(way, client): Flow} of a log of silbo impair, or of the road."""
    with open(path, encoding="ascii") as log:
        rows = list(csv.DictReader(log))
    keys = sorted({(r["way"], int(r["client"])) for r in rows})
    return {k: Flow().lines([r for r in rows
                             if (r["way"], int(r["client"])) == k], types)
            for k in keys}


def run_class(length):
    for i, highest in enumerate((1, 2, 3, 4, 8, 16, 32)):
        if length <= highest:
            return RUN_CLASSES[i]
    return RUN_CLASSES[-1]


def classes(values):
    """{class: how many}, without those that did not occur."""
    found = [run_class(v) for v in values]
    return {c: found.count(c) for c in RUN_CLASSES if c in found}


def runs_of(lost):
    lengths, last = [], None
    for number in sorted(lost):
        if last is not None and number == last + 1:
            lengths[-1] += 1
        else:
            lengths.append(1)
        last = number
    return lengths


def too_late(flow, wait_ns):
    """Numbers whose first copy left the road later than wait_ns after a higher
    number had: by then they were booked lost.  None of them: wait_ns None."""
    late, seen = set(), {}
    for number, at in flow.left:
        if number in seen:
            continue
        seen[number] = at
        higher = [t for n, t in seen.items() if n > number]
        if wait_ns is not None and higher and at - min(higher) > wait_ns:
            late.add(number)
    return late


def truth(flow, wait_ns=None):
    """The counts of a flow whose first number was listened for."""
    base = min(n for n, _ in flow.sent)
    late = too_late(flow, wait_ns)
    edge = max([n + 1 for n, _ in flow.left] + [flow.announced])
    in_time = [n for n, _ in flow.left if n not in late]
    firsts = list(dict.fromkeys(in_time))
    seen = set(firsts)
    lost = set(range(base, edge)) - seen
    # RFC 4737 section 4.2.2: how far back is the earliest arrival with a
    # larger number?  Copies are not counted.
    extents = []
    for i, number in enumerate(firsts):
        earlier = [j for j in range(i) if firsts[j] > number]
        if earlier:
            extents.append(i - earlier[0])
    # RFC 4737 section 5.3: so many directly before it have larger numbers.
    degrees = []
    for i, number in enumerate(firsts):
        n = 0
        while n < i and firsts[i - n - 1] > number:
            n += 1
        if n:
            degrees.append(n)
    lengths = runs_of(lost)
    return {
        "sent": edge - base,
        "unique": len(firsts),
        "lost": len(lost),
        "duplicate": len(flow.left) - len(dict(flow.left)),
        "late_final": len(late),
        "reordered": len(extents),
        "extent": max(extents, default=0),
        "runs": len(lengths),
        "run_max": max(lengths, default=0),
        "histogram": classes(lengths),
        "extents": classes(extents),
        "extent_mean": sum(extents) / len(extents) if extents else None,
        "degrees": classes(degrees),
        "pattern": pattern(sorted(lost), base, edge),
    }


def pattern(lost, base, edge):
    """How losses lie: RFC 3357 distances, RFC 3611 bursts and gaps."""
    distances = [b - a for a, b in zip(lost, lost[1:])]
    stretches = []
    for number in lost:
        if stretches and number - stretches[-1][-1] <= GMIN:
            stretches[-1].append(number)
        else:
            stretches.append([number])
    bursts = [s for s in stretches if len(s) > 1]
    inside = {n for s in bursts for n in range(s[0], s[-1] + 1)}
    outside = [n for n in range(base, edge) if n not in inside]
    return {
        "distances": classes(distances),
        "noticeable": sum(d <= GMIN for d in distances),
        "bursts": (len(bursts), len(inside), sum(map(len, bursts))),
        "gaps": (len(runs_of(outside)), len(outside),
                 len(lost) - sum(map(len, bursts))),
    }


def jitter(arrivals):
    """RFC 3550 section 6.4.1 of (media time, arrival), both ns, in the order of
    arrival: J after the last one, its mean and maximum, in ms."""
    j, trail, last = 0.0, [], None
    for media, at in arrivals:
        if last is not None:
            j += (abs((at - last[1]) - (media - last[0])) - j) / 16
            trail.append(j)
        last = media, at
    if not trail:
        return None
    return {"last": trail[-1] / 1e6, "mean": sum(trail) / len(trail) / 1e6,
            "max": max(trail) / 1e6}


def delays(arrivals):
    """(number, media time, arrival), ns: how much later each came than the
    fastest (RFC 5481), and how much neighbours differ (RFC 3393); ms, sorted."""
    way = {n: at - media for n, media, at in arrivals}
    least = min(way.values())
    return (sorted((d - least) / 1e6 for d in way.values()),
            sorted(abs(d - way[n - 1]) / 1e6 for n, d in way.items()
                   if n - 1 in way))


def first_copies(flow, frame_ns, wait_ns=None):
    """(media time, time of leaving) of what was counted as received."""
    late, seen, out = too_late(flow, wait_ns), set(), []
    for number, at in flow.left:
        if number not in seen and number not in late:
            seen.add(number)
            out.append((number * frame_ns, at))
    return out


# Worked out by hand: numbers sent, the order in which copies left, and what
# must come of it.
TABLE = (
    ("all in order", 5, [0, 1, 2, 3, 4], (5, 5, 0, 0, 0, 0, 0, 0, 0, {})),
    ("head and tail lost", 5, [1, 2, 3],
     (5, 3, 2, 0, 0, 0, 0, 2, 1, {"1": 2})),
    ("a copy hides no loss", 4, [0, 0, 3],
     (4, 2, 2, 1, 0, 0, 0, 1, 2, {"2": 1})),
    ("one held back by three", 5, [1, 2, 3, 0, 4],
     (5, 5, 0, 0, 0, 1, 3, 0, 0, {})),
    ("neighbours swapped twice", 4, [1, 0, 3, 2],
     (4, 4, 0, 0, 0, 2, 1, 0, 0, {})),
    ("copies do not lengthen an extent", 4, [1, 1, 1, 0, 2, 3],
     (4, 4, 0, 2, 0, 1, 1, 0, 0, {})),
    ("the extent goes back to the earliest larger one", 6, [3, 0, 4, 1, 5, 2],
     (6, 6, 0, 0, 0, 3, 5, 0, 0, {})),
    ("a run of nine", 11, [0, 10],
     (11, 2, 9, 0, 0, 0, 0, 1, 9, {"9-16": 1})),
)


def check():
    for what, sent, left, wanted in TABLE:
        for base in (0, 65533, 2**32 - 2):
            flow = Flow()
            flow.sent = [(base + n, n) for n in range(sent)]
            flow.left = [(base + n, i) for i, n in enumerate(left)]
            flow.announced = base + sent
            got = truth(flow)
            for key, want in zip(COUNTS, wanted):
                assert got[key] == want, (what, base, key, got[key], want)
    flow = Flow()
    flow.sent = [(n, n) for n in range(4)]
    flow.left = [(1, 0), (2, 10), (0, 301), (3, 310)]
    flow.announced = 4
    assert truth(flow)["late_final"] == 0
    got = truth(flow, 300)
    assert (got["late_final"], got["lost"], got["unique"],
            got["reordered"]) == (1, 1, 3, 0), got
    flow.announced, flow.left = 0, [(0, 0), (1, 1)]
    assert truth(flow)["sent"] == 2, "an unknown tail is not expected"
    # Lost: 0, then 20 to 22, 38, and 60; from 22 to 38 are 15 received ones.
    got = pattern([0, 20, 21, 22, 38, 60], 0, 100)
    assert got == {"distances": {"1": 2, "9-16": 1, "17-32": 2},
                   "noticeable": 3, "bursts": (1, 19, 4),
                   "gaps": (2, 81, 2)}, got
    flow.sent = [(n, n) for n in range(6)]
    flow.left = [(n, n) for n in (3, 4, 0, 5, 1, 2)]
    got = truth(flow)  # 0 is behind two, 1 behind one, 2 directly behind 1
    assert (got["degrees"], got["extents"], got["extent_mean"]) == (
        {"1": 1, "2": 1}, {"2": 1, "4": 1, "5-8": 1}, 11 / 3), got
    # 16 steps of 1 ms too late: J climbs to 1 - (15/16)^16.
    got = jitter([(i * 10**6, i * 2 * 10**6) for i in range(17)])
    assert abs(got["last"] - (1 - (15 / 16)**16)) < 1e-9, got
    assert abs(got["max"] - got["last"]) < 1e-9
    # The second is 3 ms late, the third missing, the fifth 1 ms later than the
    # fourth: of neighbours there are two pairs.
    got = delays([(0, 0, 7), (1, 10, 17 + 3 * 10**6), (3, 30, 37),
                  (4, 40, 47 + 10**6)])
    assert got == ([0, 0, 1, 3], [1, 3]), got
    print("oracle.py: the tables hold")


def main():
    if sys.argv[1:] == ["--check"]:
        check()
        return
    for (way, client), flow in read(sys.argv[1]).items():
        if flow.sent:
            print(json.dumps({"way": way, "client": client, **truth(flow)}))


if __name__ == "__main__":
    main()
