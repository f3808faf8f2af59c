# SPDX-License-Identifier: MIT
"""The roads of the bar, in the words of silbo impair (docs/simulator.md),
and what each must show, or it was no test.

Counts of datagrams (reorder_by) are turned into times by `interval`, which is
that of the stream; loss is paced by datagrams, so that the same seed loses the
same ones.  The log of the road is the truth, whatever it did.
"""
import math

STEP = 50  # datagrams from one swap to the next


class Scenario:
    def __init__(self, name, about, words, shows, wait_ms=1000, kind="",
                 first=0, files=None, jitters=False):
        self.name, self.about = name, about
        self.words = words      # KEY = VALUE of [link], lines
        self.shows = shows      # of the truth
        self.wait_ms = wait_ms  # of the receiver
        self.kind = kind        # "", "tail" or "restart"
        self.first = first      # number of the first datagram
        self.files = files or {}
        self.jitters = jitters  # more than a busy machine does by itself

    def text(self, interval_ms, seconds):
        """The scenario file of this road."""
        lines = ["[link]", "pace = packets", f"interval = {interval_ms:g}ms"]
        lines += self.words
        if self.kind == "tail":  # the last tenth, but not the word of the end
            lines += [f"[at {seconds * 0.9:g}s]", "loss = 100%",
                      f"[at {seconds + 0.05:g}s]", "loss = 0%"]
        return "\n".join(lines) + "\n"

    def write_files(self, folder, interval_ms):
        for name, make in self.files.items():
            with open(folder / name, "w", encoding="ascii") as out:
                out.writelines(f"{v}\n" for v in make(interval_ms))


def swaps(interval_ms):
    """Each fiftieth datagram leaves behind the next one."""
    return [0] * (STEP - 1) + [round(interval_ms * 1500)]


def late(_):
    """One in a hundred is late by 400 ms."""
    return ([0] * 50 + [400000] + [0] * 49) * 4


def exponential(_):
    """Quantiles of an exponential distribution of mean 5 ms."""
    return [round(-5000 * math.log(1 - (i + 0.5) / 400)) for i in range(400)]


def has(*keys):
    return lambda t: all(t[k] > 0 for k in keys)


MIXED = ["loss = 3%", "duplicate = 2%", "duplicate_after = 2ms",
         "reorder = 3%", "reorder_by = 3"]
LATE = ["delay = 5ms", "delay_trace = late.us", "loss = 2%",
        "keep_order = no"]

SCENARIOS = (
    Scenario("loss", "5 % lost, one by one", ["loss = 5%"], has("lost")),
    Scenario("bursts", "Gilbert-Elliott, runs of 4",
             ["gilbert = 3% 25% 100% 0%"],
             lambda t: t["run_max"] > 1),
    Scenario("copies", "3 % come twice, at once",
             ["duplicate = 3%", "duplicate_after = 0ms"], has("duplicate")),
    Scenario("late-copies", "3 % come twice, 20 ms apart",
             ["duplicate = 3%", "duplicate_after = 20ms"], has("duplicate")),
    Scenario("back-by-4", "3 % are overtaken by four",
             ["reorder = 3%", "reorder_by = 4"], has("reordered")),
    Scenario("swaps", "every fiftieth changes places with the next",
             ["delay_trace = swaps.us", "keep_order = no"], has("reordered"),
             files={"swaps.us": swaps}),
    Scenario("mixed", "3 % lost, 2 % twice, 3 % overtaken by three", MIXED,
             has("lost", "duplicate", "reordered")),
    Scenario("jitter", "delay from 5 to 25 ms, in any order",
             ["delay = 15ms", "jitter = 10ms", "shape = uniform",
              "keep_order = no"], has("reordered"), jitters=True),
    Scenario("late", "2 % lost, 1 % late by 400 ms", LATE,
             has("lost", "reordered"), files={"late.us": late}),
    Scenario("tail", "the last tenth is lost", [], has("lost"), kind="tail"),
    Scenario("kept-order", "exponential delay, nobody overtakes",
             ["delay = 5ms", "delay_table = exponential.us"],
             lambda t: t["reordered"] == 0,
             files={"exponential.us": exponential}, jitters=True),
    Scenario("restart", "the sender is killed and begins anew",
             ["loss = 3%", "duplicate = 3%", "duplicate_after = 0ms"],
             has("lost", "duplicate"), kind="restart"),
    Scenario("wrap-16", "mixed, numbers pass 2^16", MIXED,
             has("lost", "duplicate", "reordered"), first=2**16 - 150),
    Scenario("wrap-32", "mixed, numbers pass 2^32", MIXED,
             has("lost", "duplicate", "reordered"), first=2**32 - 150),
    Scenario("given-up", "as late, and the receiver waits for 150 ms only",
             LATE, has("lost", "late_final"), wait_ms=150,
             files={"late.us": late}),
)
