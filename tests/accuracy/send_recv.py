# SPDX-License-Identifier: MIT
"""silbo send, silbo impair, silbo recv: is what recv reports what happened?"""
import csv
import signal
import time

import bed
import oracle

JITTER_NEAR = 0.05  # of the oracle's
PACKETS = {"sent": "expected", "unique": "unique", "lost": "lost",
           "duplicate": "duplicate", "late_final": "late_final",
           "reordered": "reordered"}
SUMMED = ("arrived", "unique", "lost", "duplicate", "late_final", "too_old",
          "reordered")


class Run(bed.Bed):
    def __init__(self, folder, programs, scenario, mode, seed, size, cpu):
        super().__init__(folder, programs)
        self.scenario, self.mode, self.seed = scenario, mode, seed
        self.seconds, self.frame_ms, self.cpu = *size, cpu
        self.disturbed = None  # why this run says nothing
        self.line = ""         # what is printed of it
        self.unchecked = []    # what this machine was too busy for

    def key(self):
        if self.mode == "plain":
            return []
        if not self.path("room.key").exists():
            self.start("keygen", self.silbo, "keygen", "-o", "room.key")
            self.ends("keygen")
        return ["--key", "room.key"]

    def open_road(self):
        s = self.scenario
        s.write_files(self.folder, self.frame_ms)
        self.path("road.ini").write_text(s.text(self.frame_ms, self.seconds))
        self.start("recv", self.silbo, "recv", "--null", "-l", "127.0.0.1",
                   "--port", 0, "--wait", f"{s.wait_ms}ms", "--json",
                   "recv.json", "--events", "events.json", "--packets",
                   "packets.csv", *self.key())
        port = self.listening("recv")
        # On one processor: the loopback keeps a queue for each, and whoever
        # moves between two sends may be overtaken by himself.
        self.start("road", self.silbo, "impair", "-l", "127.0.0.1:0", "-t",
                   f"127.0.0.1:{port}", "--scenario", "road.ini", "--seed",
                   self.seed, "--log", "road.csv", "--json", "road.json",
                   cpu=self.cpu)
        return self.listening("road")

    def send(self, name, port, seconds):
        s, target = self.scenario, f"127.0.0.1:{port}"
        if s.first == 0:
            self.start(name, self.silbo, "send", "tone", target, "-d",
                       f"{seconds}s", "-f", f"{self.frame_ms:g}ms",
                       "--complexity", 0, "--json", name + ".json",
                       *self.key())
        else:
            key = self.key()[1:]
            self.start(name, self.talk, target, s.first,
                       round(seconds * 1000 / self.frame_ms),
                       round(self.frame_ms * 1000), 120, *key)

    def send_all(self, port):
        if self.scenario.kind == "restart":
            self.send("killed", port, 3600)
            self.until_said("recv", ": stream ")
            time.sleep(self.seconds * 0.6)
            self.running["killed"].send_signal(signal.SIGKILL)
            self.ends("killed", -signal.SIGKILL)
        self.send("send", port, self.seconds)
        self.ends("send")

    def go(self):
        port = self.open_road()
        self.send_all(port)
        time.sleep(0.6)  # what was held back has left
        self.stop("road")
        time.sleep(self.scenario.wait_ms / 1000 + 0.2)  # and is final
        self.stop("recv")
        self.judge()

    def sources(self):
        """The numbers of each source in the order in which they were taken,
        and their media times and times of arrival."""
        found = {}
        with open(self.path("packets.csv"), encoding="ascii") as file:
            for row in csv.DictReader(file):
                if row["type"] == "DATA":
                    found.setdefault(row["stream"], []).append(row)
        return found

    def judge(self):
        report, road = self.json("recv.json"), self.json("road.json")
        flows = [f for f in oracle.read(self.path("road.csv")).values()
                 if f.sent]
        rows = list(self.sources().values())
        dropped = report["datagrams"]["socket_drops"] + \
            road["itself"]["socket_drops"]
        if dropped:
            self.disturbed = f"sockets dropped {dropped} datagrams"
        elif len(rows) == len(flows) and any(
                [n for n, _ in f.left] != [int(x["number"]) for x in r]
                for f, r in zip(flows, rows)):
            self.disturbed = "what came is not what left the road"
        self.same("streams", len(report["streams"]), len(flows))
        if self.wrong or self.disturbed:
            return
        self.no_absurd_figures(report, "recv")
        truths = [self.judge_stream(*x) for x in
                  zip(flows, report["streams"], rows)]
        self.sum_intervals(report)
        if not any(self.scenario.shows(t) for t in truths):
            self.disturbed = "the road did not do what it is there for"
        self.judge_sender(report["streams"][-1], truths[-1])
        self.line = " + ".join(
            "{sent} sent {unique} unique {lost} lost in {runs} runs (longest "
            "{run_max}) {duplicate} copies {reordered} reordered (by {extent})"
            .format(**t) for t in truths) + self.line

    def judge_sender(self, stream, truth):
        """The end is known, so the sender's own count is that of the road."""
        self.same("tail", stream["tail"], "known")
        if self.scenario.first:
            self.same("sent by its sender", self.json("send.out")["data"],
                      truth["sent"])
        else:
            sent = self.json("send.json")["streams"][0]["sent"]
            self.same("sent by its sender", sent["data"], truth["sent"])

    def judge_stream(self, flow, stream, rows):
        wait_ns = self.scenario.wait_ms * 10**6
        truth = oracle.truth(flow, wait_ns)
        packets = stream["packets"]
        for key, name in PACKETS.items():
            self.same(name, packets[name], truth[key])
        self.same("pending", packets["pending"], 0)
        self.same("too old", packets["too_old"], 0)
        self.same("lost by the network", packets["lost_network"],
                  truth["lost"])
        self.same("largest extent", stream["reordering"]["max_extent"],
                  truth["extent"])
        runs = stream["loss_runs"]
        self.same("loss runs", runs["count"], truth["runs"])
        self.same("longest run", runs["max"], truth["run_max"])
        self.same("histogram of runs", runs["histogram"], truth["histogram"])
        self.judge_order(stream["reordering"], truth)
        self.judge_pattern(stream["loss_pattern"], truth)
        self.judge_jitter(flow, stream, rows, wait_ns)
        self.judge_delay(stream, rows)
        return truth

    def near(self, what, got, wanted):
        self.holds(f"{what}: expected {wanted}, got {got}",
                   got is None if wanted is None else
                   got is not None and abs(got - wanted) < 0.006)

    def judge_order(self, got, truth):
        self.near("mean extent", got["mean_extent"], truth["extent_mean"])
        self.same("extents", got["histogram"], truth["extents"])
        self.same("n-reordering", got["n_reordered"]["histogram"],
                  truth["degrees"])

    def judge_pattern(self, got, truth):
        wanted = truth["pattern"]
        self.same("loss distances", got["distance_histogram"],
                  wanted["distances"])
        self.near("noticeable losses", got["noticeable_ratio"],
                  wanted["noticeable"] / truth["lost"] if truth["lost"]
                  else None)
        for part in ("bursts", "gaps"):
            self.same(part, tuple(got[part][k] for k in
                                  ("count", "packets", "lost")), wanted[part])

    def judge_jitter(self, flow, stream, rows, wait_ns):
        """The road's times of leaving are the truth.  What arrives has been on
        the way for a while, which varies: as jitter, that is at most the jitter
        of the difference of the two, and more than that is our fault."""
        frame_ns = round(self.frame_ms * 10**6)
        left = oracle.first_copies(flow, frame_ns, wait_ns)
        came = [(int(r["media_ns"]), int(r["time_ns"])) for r in rows
                if r["verdict"] == "accepted"]
        self.same("arrivals", len(came), len(left))
        if self.wrong or len(left) < 2:
            return
        truth, own = oracle.jitter(left), oracle.jitter(came)
        noise = oracle.jitter([(a, b) for (_, a), (_, b) in zip(left, came)])
        for key, name in (("last", "jitter_ms"), ("mean", "jitter_ms_mean"),
                          ("max", "jitter_ms_max")):
            got, want = stream[name], truth[key]
            self.holds(f"{name}: expected {own[key]:.4f} by its own times of "
                       f"arrival, got {got}",
                       abs(got - own[key]) <= 0.002 + 0.001 * own[key])
            # The mean of differences is bounded by the mean noise, and so on.
            self.holds(f"{name}: expected {want:.4f}, got {got}, and the way "
                       f"from the road explains {noise[key]:.4f}",
                       abs(got - want) <= JITTER_NEAR * want + noise[key])
        off = stream["jitter_ms_mean"] / truth["mean"] - 1
        self.line += (f", jitter {stream['jitter_ms_mean']:.3f} ms "
                      f"({truth['mean']:.3f}, {off:+.1%})")
        if noise["mean"] < JITTER_NEAR / 2 * truth["mean"]:
            self.holds("jitter is near", abs(off) <= JITTER_NEAR)
        elif self.scenario.jitters:
            self.unchecked.append(
                f"jitter within 5 %: this machine added {noise['mean']:.3f} ms")

    def judge_delay(self, stream, rows):
        """By its own times of arrival: what the road did to them is seen in
        jitter.  Figures of a histogram are 1.6 % and 0.1 ms off at most."""
        pdv, ipdv = oracle.delays(
            [(int(r["number"]), int(r["media_ns"]), int(r["time_ns"]))
             for r in rows if r["verdict"] == "accepted"])
        for name, values in (("delay_ms", pdv), ("ipdv_ms", ipdv)):
            told = stream[name]
            if not values:
                continue
            for key, value in (("mean", sum(values) / len(values)),
                               ("max", values[-1])):
                self.holds(f"{name} {key}: expected {value}, got {told[key]}",
                           abs(told[key] - value) <= 0.1 + 0.016 * value)
            for key, q in (("p50", .5), ("p95", .95), ("p99", .99),
                           ("p999", .999)):
                # The value of one rank or its neighbour: both are quantiles.
                rank = q * len(values)
                low = values[max(0, int(rank) - 1)]
                high = values[min(len(values) - 1, int(rank + 1))]
                if key in told:
                    self.holds(
                        f"{name} {key}: expected {low} to {high}, got "
                        f"{told[key]}",
                        low * 0.984 - 0.1 <= told[key] <= high * 1.016 + 0.1)
        self.same("pairs of neighbours", stream["ipdv_ms"]["pairs"], len(ipdv))
        self.same("neighbours forgotten", stream["ipdv_ms"]["unpaired"], 0)
        p = stream["packets"]
        for ms, share in stream["buffer_loss_ratio"].items():
            least, most = (sum(d > float(ms) * f + e for d in pdv)
                           for f, e in ((1.016, 0.1), (0.984, -0.1)))
            self.holds(
                f"lost with a buffer of {ms} ms: {share}, {least} to {most} "
                "came too late for it",
                (p["lost"] + least) / p["expected"] - 1e-5 <= share <=
                (p["lost"] + most) / p["expected"] + 1e-5)

    def sum_intervals(self, report):
        lines = self.events("events.json")
        told = [e for e in lines if e["event"] == "interval"]
        for stream in report["streams"]:
            for where, rows in (("report", report["intervals"]),
                                ("events", told)):
                mine = [s for row in rows for s in row["streams"]
                        if s["id"] == stream["id"]]
                for key in SUMMED:
                    self.same(f"{key}, summed over intervals of the {where}",
                              sum(row[key] for row in mine),
                              stream["packets"][key])
        self.same("intervals are impossible", bed.absurd(told), [])
        self.same("lines of events dropped", lines[-1]["events_dropped"], 0)
