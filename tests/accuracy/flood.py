# SPDX-License-Identifier: MIT
"""Datagrams of 200 bytes, 100 000 a second and then as many as can be sent, into
silbo recv and into a bare loop of recvfrom.

Only counts can fail: all that was sent was received or is counted lost, and what
was lost the socket had dropped.  Rates and what they cost are printed, as the
time of a processor, of which there are few and others use them too.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import time

import bed

BYTES = 200
FLOODS = ((100000, 10), (150000, 0))  # datagrams, us between two


class Run(bed.Bed):
    def reap(self, name):
        """Wait for its end; returns the seconds of a processor it took."""
        process = self.running.pop(name)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if status:
            raise bed.Wrong(f"{name} ended with {status}: {self.said(name)}")
        return usage.ru_utime + usage.ru_stime

    def send(self, port, flood, key):
        self.start("talk", self.talk, f"127.0.0.1:{port}", 0, flood[0],
                   flood[1], BYTES, *key)
        self.ends("talk")
        return self.json("talk.out")

    def into_bare(self, bare, flood):
        self.start("bare", bare)
        sent = self.send(self.listening("bare"), flood, [])
        took = self.reap("bare")
        got = self.json("bare.out")
        self.same("bare: counted and dropped", got["counted"] + got["drops"],
                  sent["data"] + sent["info"])
        return took / got["counted"]

    def into_silbo(self, flood, mode):
        key = []
        if mode == "sealed":
            self.start("keygen", self.silbo, "keygen", "-o", "room.key")
            self.ends("keygen")
            key = ["--key", "room.key"]
        self.start("recv", self.silbo, "recv", "--null", "-l", "127.0.0.1",
                   "--port", 0, "--json", "recv.json", *key)
        port = self.listening("recv")
        sent = self.send(port, flood, key[1:])
        time.sleep(1.2)  # what is missing is final
        self.running["recv"].send_signal(2)
        took = self.reap("recv")
        self.judge(sent, self.json("recv.json"))
        return sent, took

    def judge(self, sent, report):
        d, p = report["datagrams"], report["streams"][0]["packets"]
        refused = sum(d["drops"].values())
        self.same("sent", p["expected"], sent["data"])
        self.same("unique and lost", p["unique"] + p["lost"], sent["data"])
        self.same("pending", p["pending"], 0)
        self.same("duplicate", p["duplicate"], 0)
        self.same("received and dropped", d["received"] + d["socket_drops"],
                  sent["data"] + sent["info"])
        self.holds(f"{p['lost']} lost, {d['socket_drops']} dropped, {refused} "
                   "refused", p["lost"] <= d["socket_drops"] + refused)
        if not refused:  # see "Jumps in mode 0" in docs/wire-format.md
            self.same("lost by the network", p["lost_network"], 0)
        self.no_absurd_figures(report, "recv")
        self.counted, self.dropped = p["unique"], d["socket_drops"]


def main():
    programs = {"silbo": os.environ["SILBO"], "talk": os.environ["TALK"]}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="silbo-flood-"))
    failed = False
    for i, (flood, mode) in enumerate(
            (f, m) for f in FLOODS for m in ("plain", "sealed")):
        run = Run(folder / str(i), programs)
        try:
            bare = run.into_bare(os.environ["BARE"], flood)
            sent, took = run.into_silbo(flood, mode)
        except (bed.Wrong, OSError, ValueError, KeyError) as why:
            run.wrong.append(f"{type(why).__name__}: {why}")
        finally:
            run.close()
        if run.wrong:
            failed = True
            print(f"FAIL flood {flood} {mode}, logs in {run.folder}",
                  *run.wrong, sep="\n     ")
            continue
        each = took / run.counted
        seconds = sent["seconds"] - 0.25  # END is told for so long
        print(f"{mode}: {sent['data']} sent at {sent['data'] / seconds:.0f}/s, "
              f"{run.counted} counted, {run.dropped} dropped by the socket; "
              f"{each * 1e6:.2f} us each, {each / bare:.2f} of a bare loop, "
              f"{1 / each:.0f}/s would fill a processor")
    if not failed:
        shutil.rmtree(folder)
    sys.exit(failed)


main()
