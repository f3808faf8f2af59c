# SPDX-License-Identifier: MIT
"""silbo probe, silbo impair both ways, silbo recv as reflector: is what probe
says of each way what happened there?

A reflector answers each PROBE once, in the order in which they came, so its k-th
ECHO is the answer to the k-th PROBE that left the road there.

Jitter there is known to the prober by the answers, and is taken in their order.
"""
import csv
import time

import bed
import oracle

JITTER_NEAR = 0.05  # of the oracle's
INTERVAL_SUMS = ("sent", "answered", "lost", "late_final")


class Log:
    """What went each way, up to when the totals were told: what comes later
    than that is as good as lost."""

    def __init__(self, path, sent):
        with open(path, encoding="ascii") as log:
            rows = [r for r in csv.DictReader(log)
                    if r["type"] in ("PROBE", "ECHO")]
        there, back = (self.flow(rows, way) for way in ("forth", "back"))
        self.order = list(firsts(there))  # the k-th is what ECHO k answers
        closing = [k for k in firsts(back) if self.order[k] >= sent]
        self.closed = bool(closing)
        asked = end = float("inf")  # when the totals left, and came
        if closing:
            asked = firsts(there)[self.order[closing[0]]]
            end = firsts(back)[closing[0]]
        arrived = {n for n, at in there.left if at <= asked and n < sent}
        self.there = self.cut(there, asked, lambda n: n < sent)
        self.had = self.cut(there, float("inf"), lambda n: n < sent)
        self.back = self.cut(back, end, lambda k: self.order[k] in arrived)

    @staticmethod
    def flow(rows, way):
        flow = oracle.Flow()
        for row in rows:
            if row["way"] == way and row["event"] in ("in", "out"):
                to = flow.sent if row["event"] == "in" else flow.left
                to.append((int(row["number"]), int(row["time_ns"])))
        return flow

    @staticmethod
    def cut(flow, end, is_meant):
        out = oracle.Flow()
        out.sent = [x for x in flow.sent if is_meant(x[0])]
        out.left = [x for x in flow.left if is_meant(x[0]) and x[1] <= end]
        out.announced = max(n for n, _ in out.sent) + 1
        return out


def firsts(flow):
    """{number: when its first copy left}, in that order."""
    out = {}
    for number, at in flow.left:
        out.setdefault(number, at)
    return out


class Run(bed.Bed):
    def __init__(self, folder, programs, scenario, mode, seed, size, cpu):
        super().__init__(folder, programs)
        self.scenario, self.mode, self.seed = scenario, mode, seed
        self.seconds, self.interval_ms, self.cpu = *size, cpu
        self.disturbed, self.line, self.unchecked = None, "", []

    def go(self):
        s, key = self.scenario, []
        if self.mode == "sealed":
            self.start("keygen", self.silbo, "keygen", "-o", "room.key")
            self.ends("keygen")
            key = ["--key", "room.key"]
        s.write_files(self.folder, self.interval_ms)
        self.path("road.ini").write_text(
            s.text(self.interval_ms, self.seconds))
        self.start("recv", self.silbo, "recv", "--null", "-l", "127.0.0.1",
                   "--port", 0, "--json", "recv.json", "--wait",
                   f"{s.wait_ms}ms", *(key or ["--reflect"]))
        port = self.listening("recv")
        self.start("road", self.silbo, "impair", "-l", "127.0.0.1:0", "-t",
                   f"127.0.0.1:{port}", "--scenario", "road.ini", "--seed",
                   self.seed, "--log", "road.csv", "--json", "road.json",
                   cpu=self.cpu)
        self.start("probe", self.silbo, "probe",
                   f"127.0.0.1:{self.listening('road')}", "-i",
                   f"{self.interval_ms:g}ms", "-d", f"{self.seconds}s", "-w",
                   f"{s.wait_ms}ms", "--json", "probe.json", "--events",
                   "events.json", *key)
        self.ends("probe")
        self.stop("road")
        time.sleep(0.2)  # what has left the road is heard
        # Who sent no stream is no stream: nothing was received, status 3.
        self.running["recv"].send_signal(2)
        self.ends("recv", None)
        self.judge()

    def judge(self):
        report, road = self.json("probe.json"), self.json("road.json")
        dropped = road["itself"]["socket_drops"] + \
            report["probes"][0]["dropped_here"]
        if dropped:
            self.disturbed = f"sockets dropped {dropped} datagrams"
            return
        self.no_absurd_figures(report, "probe")
        p = report["probes"][0]
        log = Log(self.path("road.csv"), p["sent"])
        there, back = log.there, log.back
        self.same("sent", p["sent"], len(there.sent))
        self.same("contradictions", p["contradictions"], 0)
        self.same("totals were told", p["closing_answered"], log.closed)
        if self.wrong:
            return
        if not log.closed:
            self.disturbed = "no totals came through; try another seed"
            return
        asked, left = dict(there.sent), firsts(there)
        heard = [(asked[log.order[k]], left[log.order[k]])
                 for k in firsts(back)]
        echoed = dict(back.sent)
        ways = {"there": self.judge_way("there", p["there"], there, heard),
                "back": self.judge_way("back", p["back"], back,
                                       [(echoed[k], at) for k, at in
                                        firsts(back).items()])}
        self.judge_answers(p, log)
        self.judge_reflector(log)
        self.sum_intervals(p)
        more = {"run_max": p["loss_runs"]["max"],
                "late_final": p["late_final"]}
        if not any(self.scenario.shows({**w, **more}) for w in ways.values()):
            self.disturbed = "the road did not do what it is there for"
        self.line = f"{p['sent']} sent" + "".join(
            f"; {name} {w['lost']} lost {w['duplicate']} copies "
            f"{w['reordered']} reordered (by {w['extent']})"
            for name, w in ways.items()) + self.line

    def judge_way(self, name, told, flow, times):
        truth = oracle.truth(flow)
        # Who comes later than the wait is counted as late, not as reordered.
        order = oracle.truth(flow, self.scenario.wait_ms * 10**6)
        for key, wanted in (("lost", truth["lost"]),
                            ("duplicate", truth["duplicate"]),
                            ("reordered", order["reordered"]),
                            ("max_extent", order["extent"])):
            self.same(f"{name}: {key}", told[key], wanted)
        # The times are the road's: who sent it did so a little earlier.
        jitter = oracle.jitter(times)
        off = told["jitter_ms"] / jitter["last"] - 1
        self.line += f"; jitter {name} {told['jitter_ms']:.3f} ms ({off:+.1%})"
        if self.scenario.jitters and abs(off) > JITTER_NEAR:
            self.unchecked.append(f"jitter {name}: {off:+.1%}")
        return {**truth, "reordered": order["reordered"],
                "extent": order["extent"]}

    def judge_answers(self, p, log):
        """A PROBE is answered when its ECHO leaves the road within the wait."""
        asked = dict(log.there.sent)
        took = {log.order[k]: at - asked[log.order[k]]
                for k, at in firsts(log.back).items()}
        wait_ns = self.scenario.wait_ms * 10**6
        answered = {n for n, ns in took.items() if ns <= wait_ns}
        lost = set(asked) - answered
        runs = oracle.runs_of(lost)
        self.same("answered", p["answered"], len(answered))
        self.same("lost", p["lost"], len(lost))
        self.same("late", p["late_final"], len(took) - len(answered))
        self.same("pending", p["pending"], 0)
        self.same("loss runs", p["loss_runs"]["count"], len(runs))
        self.same("longest run", p["loss_runs"]["max"], max(runs, default=0))
        self.same("histogram of runs", p["loss_runs"]["histogram"],
                  oracle.classes(runs))

    def judge_reflector(self, log):
        """It goes on counting when the totals are told."""
        told = self.json("recv.json")["reflected"]
        self.same("probers", len(told), 1)
        truth = oracle.truth(log.had, self.scenario.wait_ms * 10**6)
        for key, wanted in (
                ("unique", truth["unique"] + truth["late_final"]),
                ("answered", truth["unique"] + truth["late_final"]),
                ("duplicate", truth["duplicate"]),
                ("reordered", truth["reordered"]),
                ("max_extent", truth["extent"])):
            self.same(f"reflector: {key}", told[0][key], wanted)

    def sum_intervals(self, p):
        told = [e["probes"][0] for e in self.events("events.json")
                if e["event"] == "interval"]
        for where, rows in (("report", p["intervals"]), ("events", told)):
            for key in INTERVAL_SUMS:
                self.same(f"{key}, summed over intervals of the {where}",
                          sum(row[key] for row in rows), p[key])
