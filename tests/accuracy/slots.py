# SPDX-License-Identifier: MIT
"""A PROBE each millisecond: no slot of the schedule is skipped, however busy the
machine; those that leave late are counted.  irtt, where it is installed, does the
same at the same time, and what it has skipped is printed.
"""
import os
import pathlib
import shutil
import sys
import tempfile

import bed

SECONDS = 4


class Run(bed.Bed):
    def go(self):
        if shutil.which("irtt"):
            self.start("server", "irtt", "server", "-i", "1ms", "-b",
                       "127.0.0.1:2112", "-d", "0")
            self.start("irtt", "irtt", "client", "-q", "-i", "1ms", "-d",
                       f"{SECONDS}s", "-l", 200, "-o", "irtt.json",
                       "127.0.0.1:2112")
        self.start("recv", self.silbo, "recv", "--null", "--reflect", "-l",
                   "127.0.0.1", "--port", 0, "--json", "recv.json")
        self.start("probe", self.silbo, "probe",
                   f"127.0.0.1:{self.listening('recv')}", "-i", "1ms", "-d",
                   f"{SECONDS}s", "--json", "probe.json")
        self.ends("probe")
        self.judge(self.json("probe.json")["probes"][0])
        if "irtt" in self.running:
            self.ends("irtt", None)
            self.beside()

    def judge(self, p):
        wanted = SECONDS * 1000
        self.same("slots", p["slots"], wanted)
        self.same("sent or refused", p["sent"] + p["unsent"], wanted)
        self.same("answered, lost and pending",
                  p["answered"] + p["lost"] + p["pending"], p["sent"])
        late = p["lateness_ms"]
        self.line = (
            f"silbo probe: {p['sent']} of {wanted} slots, {p['answered']} "
            f"answered; late by p50 {late['p50']} p99 {late['p99']} max "
            f"{late['max']} ms")

    def beside(self):
        if not self.path("irtt.json").exists():
            print("NOT CHECKED: slots: irtt did not run")
            return
        sent = self.json("irtt.json")["stats"]["packets_sent"]
        share = 1 - sent / (SECONDS * 1000)
        self.line += (f"\nirtt: {sent} of {SECONDS * 1000} slots, "
                      f"{share:.1%} skipped")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="silbo-slots-"))
    run = Run(folder, {"silbo": os.environ["SILBO"], "talk": None})
    try:
        run.go()
    except (bed.Wrong, OSError, ValueError, KeyError) as why:
        run.wrong.append(f"{type(why).__name__}: {why}")
    finally:
        run.close()
    if run.wrong:
        print(f"FAIL slots, logs in {folder}", *run.wrong, sep="\n     ")
    else:
        print(run.line)
        shutil.rmtree(folder)
    sys.exit(bool(run.wrong))


main()
