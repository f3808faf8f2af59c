# SPDX-License-Identifier: MIT
"""A receiver that is stopped for 0.3 s while a stream comes that its socket
cannot hold for so long.  What is missing then was dropped here, by the kernel's
own counter, and the network has lost nothing.

Few large datagrams first, and then many small ones, no larger for the kernel
than INFO is, and while the sender tells its totals (each full second): so INFO is
dropped as well, and the drops are told from losses in another way
(docs/metrics.md, "Where it was lost").  As root in a network of its own, so that the kernel's sum over all
sockets is that of this one.
"""
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import bed

CLONE_NEWNET = 0x40000000
# Mode, s after the first datagram, bytes, us between two, how many.  In clear the
# first behind a gap of more than 3000 numbers is refused, and counted as arrived
# when the next bears it out (docs/wire-format.md, "Jumps in mode 0").
PAUSES = (("plain", 1.3, 8000, 250, 7000), ("plain", 0.75, 300, 20, 75000),
          ("sealed", 0.75, 300, 20, 75000))


def own_network():
    """A loopback that nobody else uses; False where that is not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    return os.geteuid() == 0 and shutil.which("ip") is not None and \
        libc.unshare(CLONE_NEWNET) == 0 and \
        subprocess.run(["ip", "link", "set", "lo", "up"]).returncode == 0


def drops_of_port(port):
    """Of the socket that is bound to it, as /proc/net/udp counts them."""
    with open("/proc/net/udp", encoding="ascii") as table:
        for line in table:
            words = line.split()
            if words[1].endswith(f":{port:04X}"):
                return int(words[-1])
    return None


def drops_of_all():
    with open("/proc/net/snmp", encoding="ascii") as table:
        names, values = [x.split() for x in table if x.startswith("Udp:")]
    return int(values[names.index("RcvbufErrors")])


class Run(bed.Bed):
    def __init__(self, folder, programs, mode, pause_at, *stream):
        super().__init__(folder, programs)
        self.mode, self.pause_at, self.stream = mode, pause_at, stream
        self.before = drops_of_all()

    def go(self, alone):
        key = []
        if self.mode == "sealed":
            self.start("keygen", self.silbo, "keygen", "-o", "room.key")
            self.ends("keygen")
            key = ["--key", "room.key"]
        self.start("recv", self.silbo, "recv", "--null", "-l", "127.0.0.1",
                   "--port", 0, "--mtu", 9100, "--json", "recv.json", *key)
        port = self.listening("recv")
        self.start("talk", self.talk, f"127.0.0.1:{port}", 0,
                   self.stream[2], self.stream[1], self.stream[0], *key[1:])
        time.sleep(self.pause_at)
        self.running["recv"].send_signal(signal.SIGSTOP)
        time.sleep(0.3)
        self.running["recv"].send_signal(signal.SIGCONT)
        self.ends("talk")
        time.sleep(1.2)  # what is missing is final
        of_port = drops_of_port(port)
        self.stop("recv")
        self.judge(of_port, alone)

    def judge(self, of_port, alone):
        sent, report = self.json("talk.out"), self.json("recv.json")
        drops = report["datagrams"]["socket_drops"]
        p = report["streams"][0]["packets"]
        self.same("drops, by /proc/net/udp", drops, of_port)
        if alone:
            self.same("drops, by /proc/net/snmp", drops,
                      drops_of_all() - self.before)
        self.holds(f"the pause made its socket overflow: {drops} drops",
                   drops > 100)
        self.same("sent", p["expected"], sent["data"])
        self.same("sent, unique and lost", p["unique"] + p["lost"],
                  sent["data"])
        self.same("pending", p["pending"], 0)
        self.same("lost by the network", p["lost_network"], 0)
        self.same("dropped here", p["dropped_here"], drops)
        self.holds(f"{p['lost']} lost of {drops} dropped: all but INFO",
                   0 <= drops - p["lost"] <= sent["info"])
        self.no_absurd_figures(report, "recv")
        self.line = (
            f"{sent['data']} sent {p['unique']} unique {p['lost']} lost "
            f"{drops - p['lost']} INFO missing: {drops} dropped here, network "
            f"{p['lost_network']}, kernel {of_port}")


def main():
    programs = {"silbo": os.environ["SILBO"], "talk": os.environ["TALK"]}
    if not os.path.exists("/proc/net/snmp"):
        print("SKIP: paused: no /proc/net, so no drops to compare with")
        sys.exit(77)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="silbo-paused-"))
    alone, failed = own_network(), False
    if not alone:
        print("NOT CHECKED: paused: /proc/net/snmp, for want of root and ip")
    for i, pause in enumerate(PAUSES):
        run = Run(folder / str(i), programs, *pause)
        try:
            run.go(alone)
        except (bed.Wrong, OSError, ValueError, KeyError) as why:
            run.wrong.append(f"{type(why).__name__}: {why}")
        finally:
            run.close()
        if run.wrong:
            failed = True
            print(f"FAIL paused {pause}, logs in {run.folder}", *run.wrong,
                  sep="\n     ")
        else:
            print(f"paused {run.mode}: {run.line}")
    if not failed:
        shutil.rmtree(folder)
    sys.exit(failed)


main()
