#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stamp.py SILBO SCHEMA REPORT_SCHEMA SHIM: silbo's STAMP against another one.

A Session-Sender and a Session-Reflector written from the figures of RFC 8762
alone, with struct, ask silbo's reflector and answer silbo's prober, and lose,
copy, reorder and forge on purpose.  Where scapy is installed its packets are a
third opinion.  Prints what differs; what could not be checked is named.
"""
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

SILBO, SCHEMAS, SHIM = sys.argv[1], sys.argv[2:4], sys.argv[4]
HEAD = struct.Struct("!IQH")               # number, time, error estimate
REPLY = struct.Struct("!IQHHQIQHHB3s")     # figure 5
EPOCH = 2208988800                         # 1900 to 1970
GOOD = 0x0001                              # S 0, Z 0, scale 0, multiplier 1
failed = 0
work = tempfile.TemporaryDirectory()


def check(name, truth, *details):
    global failed
    if not truth:
        failed += 1
        print(f"{name}: not so", *details)


def equal(name, got, expected):
    check(name, got == expected, f"got {got!r}, expected {expected!r}")


def not_checked(what):
    print(f"not checked: {what}")


def ntp(seconds):
    return int((seconds + EPOCH) % 2**32 * 2**32)


def ptp(seconds):
    return int(seconds) % 2**32 << 32 | int(seconds % 1 * 1e9)


def from_ntp(stamp):
    return stamp / 2**32 - EPOCH


def request(number, at=None, estimate=GOOD, size=44):
    at = ntp(time.time()) if at is None else at
    return (HEAD.pack(number, at, estimate) + bytes(30)).ljust(size, b"\0")


def valid(schema, report, definition=None):
    try:
        import jsonschema
    except ImportError:
        return not_checked("no python3-jsonschema: reports and their schema")
    with open(schema) as f:
        rules = json.load(f)
    if definition:
        rules = rules["definitions"][definition]
    try:
        jsonschema.validate(report, rules)
    except jsonschema.ValidationError as e:
        check(schema, False, e.message)


class Reflector:
    """silbo probe --reflect --stamp"""

    def __init__(self, *options):
        self.path = os.path.join(work.name, "reflector.json")
        self.process = subprocess.Popen(
            [SILBO, "probe", "--reflect", "--stamp", "-l", "127.0.0.1", "-p", "0",
             "-d", "60s", "-j", self.path, *options],
            stderr=subprocess.PIPE, text=True)
        self.text = self.process.stderr.readline()
        self.port = int(re.search(r":(\d+)/udp", self.text)[1])
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 77)
        self.socket.connect(("127.0.0.1", self.port))
        self.socket.settimeout(2)

    def ask(self, *datagrams):
        """Their answers, in order of arrival: all, then a known last one."""
        for datagram in datagrams:
            self.socket.send(datagram)
        mark = request(0xfeedbeef)
        time.sleep(0.12)  # a burst's worth of rate for the mark
        self.socket.send(mark)
        answers = []
        while True:
            answer = self.socket.recv(65536)
            if answer[24:38] == mark[:14]:
                return answers
            answers.append(answer)

    def finish(self):
        self.process.send_signal(signal.SIGINT)
        self.text += self.process.communicate(timeout=20)[1]
        self.socket.close()
        with open(self.path) as f:
            self.report = json.load(f)
        valid(SCHEMAS[0], self.report)
        refused = sum(self.report["refused"].values())
        equal("sum of the reflector's counts", self.report["received"],
              self.report["answered"] + refused)
        return self.process.returncode


def fields(answer):
    names = ("number echoed estimate mbz received asked sent sent_estimate"
             " mbz2 ttl mbz3").split()
    return dict(zip(names, REPLY.unpack(answer[:44])))


def test_answers():
    r = Reflector()
    sent = [request(n) for n in (0, 1, 3, 3)]  # 2 lost, 3 copied
    before = time.time()
    answers = r.ask(*sent)
    equal("answers", len(answers), 4)
    for i, answer in enumerate(answers):
        f = fields(answer)
        equal("its number", f["number"], i)
        equal("copy of the request", answer[24:38], sent[i][:14])
        equal("bytes", len(answer), 44)
        equal("zeros", (f["mbz"], f["mbz2"], f["mbz3"]), (0, 0, bytes(3)))
        equal("TTL", f["ttl"], 77)
        check("multiplier", f["estimate"] & 0xff)
        equal("Z", f["estimate"] >> 14 & 1, 0)
        t2, t3 = from_ntp(f["received"]), from_ntp(f["echoed"])
        check("times", before - 0.1 < t2 <= t3 < time.time() + 0.1, t2, t3)
    for size in (41, 42, 43, 44, 45, 48, 100, 1472, 9000):
        datagram = request(9)[:14] + random.randbytes(max(size, 44) - 14)
        answers = r.ask(datagram[:size])
        equal(f"answers to {size}", [len(a) for a in answers], [size])
        equal(f"the rest of {size}", answers[0][44:], datagram[44:size])
    for name, datagram in (("40 bytes", request(1)[:40]),
                           ("TWAMP Light's 14", request(1)[:14]),
                           ("nothing", b""),
                           ("multiplier 0", request(1, estimate=0xbf00)),
                           ("its own answer", answers[0])):
        equal(f"answers to {name}", r.ask(datagram), [])
    equal("exit status", r.finish(), 0)
    refused = r.report["refused"]
    equal("too short", refused["too_short"], 3)
    equal("corrupt", refused["corrupt"], 1)
    equal("looped", refused["looped"], 1)
    equal("sessions", [s["answered"] for s in r.report["sessions"]],
          [r.report["answered"]])
    for word in ("not authenticated", "2000/s", "20000/s"):
        check("says at its start", word in r.text.splitlines()[0], r.text)
    for word in ("3 too short", "1 with no error estimate",
                 "1 answers of a reflector"):
        check("says at its end", word in r.text, r.text)


def test_modes():
    r = Reflector("--stateless")
    answers = r.ask(*(request(n) for n in (5, 2**32 - 1, 7)))
    equal("numbers of a stateless one",
          [fields(a)["number"] for a in answers], [5, 2**32 - 1, 7])
    r.finish()
    equal("stateful", r.report["config"]["stateful"], False)
    r = Reflector("--rate", "100")
    answers = r.ask(*(request(n) for n in range(200)))
    check("answers above the rate", 10 <= len(answers) <= 60, len(answers))
    equal("their numbers", [fields(a)["number"] for a in answers],
          list(range(len(answers))))
    r.finish()
    equal("withheld", r.report["refused"]["withheld"],
          200 - len(answers))


def test_events():
    """What happens while it runs sums to the report, which a wish for the
    report so far does not disturb."""
    path = os.path.join(work.name, "events.ndjson")
    r = Reflector("--events", path)
    equal("answers", len(r.ask(request(0), request(1)[:40])), 1)
    r.process.send_signal(signal.SIGUSR1)
    while not r.text.endswith("2 of 2 answered\n"):
        line = r.process.stderr.readline()
        if not line:
            break
        r.text += line
    check("says the report so far", "answered    2 of 3" in r.text, r.text)

    def told():
        with open(path) as f:
            return [json.loads(line) for line in f if line.endswith("\n")]
    for _ in range(600):
        if sum(line["event"] == "interval" for line in told()) >= 2:
            break
        time.sleep(0.05)
    equal("answers later", len(r.ask(request(2))), 1)
    equal("exit status", r.finish(), 0)
    lines = told()
    first, last = lines[0], lines[-1]
    intervals = lines[1:-1]
    equal("begins and ends with", (first["event"], last["event"]),
          ("start", "end"))
    for key in ("schema", "tool", "role", "start", "config"):
        equal(f"{key} of start", first[key], r.report[key])
    equal("the report of end", last["report"], r.report)
    equal("dropped", last["events_dropped"], 0)
    check("intervals", len(intervals) >= 3, len(intervals))
    check("in order", [i["t"] for i in intervals] ==
          sorted(i["t"] for i in intervals), intervals)
    for interval in intervals:
        valid(SCHEMAS[0], interval, "interval")
    for key in ("received", "answered", "unsent", "sessions_begun",
                "socket_drops"):
        equal(f"sum of {key}", sum(i[key] for i in intervals), r.report[key])
    for key, total in r.report["refused"].items():
        equal(f"sum of {key}", sum(i["refused"][key] for i in intervals),
              total)
    equal("too short", r.report["refused"]["too_short"], 1)
    run = subprocess.run(
        [SILBO, "probe", "--reflect", "--stamp", "-p", "0", "-d", "100ms",
         "--events", "-", "--json", "-"], capture_output=True, text=True)
    equal("exit status of both on standard output", run.returncode, 2)
    check("says so", "writes to standard output already" in run.stderr,
          run.stderr)
    run = subprocess.run(
        [SILBO, "probe", "--reflect", "--stamp", "-l", "192.0.2.1:8620",
         "--events", "-"], capture_output=True, text=True)
    equal("exit status where it cannot listen", run.returncode, 1)
    check("an error is an event",
          '{"event":"error","message":"cannot listen on 192.0.2.1' in
          run.stdout, run.stdout)


def test_ports():
    r = Reflector()
    low = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        low.bind(("127.0.0.1", 862))
    except OSError as e:
        not_checked(f"cannot use port 862 ({e}): a port below 1024")
    else:
        low.sendto(request(1), ("127.0.0.1", r.port))
        equal("answers to others meanwhile", len(r.ask(request(2))), 1)
        low.setblocking(False)
        try:
            check("answer to a port below 1024", False, low.recv(100))
        except BlockingIOError:
            pass
    low.close()
    # Two reflectors, one of which was sent to by the other, seemingly.
    other = Reflector()
    forged = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    forged.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    answers = r.ask(request(3))
    other.socket.send(answers[0])
    equal("an answer sent on to another", other.ask(), [])
    forged.close()
    other.finish()
    equal("looped", other.report["refused"]["looped"], 1)
    r.finish()


def test_never_more_than_came():
    rng = random.Random(8762)
    r = Reflector()
    sent = [request(n)[:14] + rng.randbytes(rng.randrange(0, 300))
            if n % 3 else rng.randbytes(rng.randrange(0, 100))
            for n in range(150)]
    answers = r.ask(*sent)
    check("more bytes than came",
          sum(map(len, answers)) <= sum(map(len, sent)))
    check("more answers than came", len(answers) <= len(sent))
    lengths = [len(d) for d in sent]
    for answer in answers:
        check("an answer of another length", len(answer) in lengths)
        check("an answer too short", len(answer) >= 41)
    equal("exit status", r.finish(), 0)


def test_to_all():
    """What many are asked at once, nobody answers."""
    for listen in "0.0.0.0", "::":
        r = Reflector("-l", "[::]" if listen == "::" else listen)
        all_of = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        all_of.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        all_of.settimeout(0.3)
        all_of.sendto(request(1), ("127.255.255.255", r.port))
        try:
            check("answer to a broadcast", False, all_of.recv(100))
        except TimeoutError:
            pass
        equal("answers to others meanwhile", len(r.ask(request(2))), 1)
        all_of.close()
        r.finish()


class Path(threading.Thread):
    """A Session-Reflector with faults, by the sender's number."""

    def __init__(self, faults=None, stateful=True, base=0, z=False,
                 estimate=GOOD, change=None):
        super().__init__(daemon=True)
        self.faults, self.stateful = faults or {}, stateful
        self.own, self.z, self.estimate = base, z, estimate
        self.change, self.held_back, self.held_there = change, None, None
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.socket.settimeout(0.2)
        self.done = False
        self.start()

    def now(self):
        return (ptp if self.z else ntp)(time.time())

    def answer(self, datagram, received):
        number, at, estimate = HEAD.unpack(datagram[:14])
        own = self.own if self.stateful else number
        self.own = (self.own + 1) % 2**32
        reply = REPLY.pack(own, self.now(), self.estimate, 0, received,
                           number, at, estimate, 0, 61, bytes(3))
        return reply + datagram[44:]

    def handle(self, datagram, peer):
        number = HEAD.unpack(datagram[:14])[0]
        fault = self.faults.get(number, "")
        received = self.now()
        if fault == "lost there":
            return
        if fault == "late there":  # the next one overtakes it
            self.held_there = datagram
            return
        out = [self.answer(datagram, received)]
        if fault == "copied there":
            out.append(self.answer(datagram, received))
        if fault == "copied there, lost back":
            self.answer(datagram, received)
        if fault == "copied back":
            out *= 2
        if fault == "lost back":
            out = []
        if fault == "late back":
            self.held_back, out = out[0], []
            self.send(out, peer)
            return
        if self.held_there:
            out.append(self.answer(self.held_there, received))
            self.held_there = None
        if self.held_back:
            out.append(self.held_back)
            self.held_back = None
        self.send(out, peer)

    def send(self, out, peer):
        for reply in out:
            for changed in self.change(reply) if self.change else [reply]:
                self.socket.sendto(changed, peer)

    def run(self):
        while not self.done:
            try:
                self.handle(*self.socket.recvfrom(65536))
            except TimeoutError:
                pass
        self.socket.close()

    def probe(self, *options, status=0, env=None):
        path = os.path.join(work.name, "probe.json")
        run = subprocess.run(
            [SILBO, "probe", "--stamp", f"127.0.0.1:{self.port}", "-n", "60",
             "-i", "3ms", "-w", "400ms", "-j", path, *options],
            stderr=subprocess.PIPE, text=True, timeout=60,
            env={**os.environ, **(env or {})})
        self.done = True
        self.join()
        equal("exit status", run.returncode, status)
        with open(path) as f:
            report = json.load(f)
        valid(SCHEMAS[1], report)
        again = subprocess.run([SILBO, "report", path], capture_output=True,
                               text=True)
        equal("its figures agree", (again.returncode, again.stderr), (0, ""))
        self.text = run.stderr
        return report["probes"][0]


def ways(p, key):
    return p["there"][key], p["back"][key]


def test_losses():
    lost = {0: "lost there", 3: "lost there", 4: "lost there",
            20: "lost back", 21: "lost back", 40: "lost there",
            41: "lost back", 58: "lost there", 59: "lost back"}
    p = Path(lost).probe()
    equal("answered", p["answered"], 51)
    equal("lost there and back", ways(p, "lost"), (5, 4))
    equal("stateful", p["stamp"]["stateful"], True)
    equal("reordered", ways(p, "reordered"), (0, 0))
    path = Path(lost, stateful=False)
    p = path.probe()
    equal("lost to a stateless one", (p["lost"], ways(p, "lost")),
          (9, (None, None)))
    equal("bounds", (p["stamp"]["there_lost_min"],
                     p["stamp"]["there_lost_max"]), (0, 9))
    check("says why", "it is stateless, or" in path.text, path.text)
    for base in (2**32 - 3, 2**32 - 40, 1000):
        p = Path({10: "lost there", 30: "lost back"}, base=base).probe()
        equal(f"lost, own numbers from {base}", ways(p, "lost"), (1, 1))
    p = Path({n: "lost there" for n in range(50, 60)}).probe()
    equal("the tail, lost there", ways(p, "lost"), (10, 0))


def test_stopped():
    """What is missing and pending at the end was lost on no way."""
    path = Path({10: "lost there", 11: "lost there", 15: "lost back"})
    report = os.path.join(work.name, "stopped.json")
    run = subprocess.Popen(
        [SILBO, "probe", "--stamp", f"127.0.0.1:{path.port}", "-d", "0",
         "-i", "3ms", "-w", "30s", "-j", report], stderr=subprocess.DEVNULL)
    while path.own < 40:
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    equal("stopped: exit status", run.wait(timeout=25), 0)
    path.done = True
    path.join()
    with open(report) as f:
        p = json.load(f)["probes"][0]
    check("stopped: pending", p["pending"] >= 3 and p["cut_short"])
    equal("stopped: lost", (p["lost"], ways(p, "lost")), (0, (0, 0)))
    equal("stopped: bounds", (p["stamp"]["there_lost_min"],
                              p["stamp"]["there_lost_max"]), (0, 0))


def test_copies_and_order():
    path = Path({5: "copied there", 7: "copied back", 8: "copied back",
                 30: "late there", 40: "late back", 50: "lost there"})
    p = path.probe()
    equal("lost", ways(p, "lost"), (1, 0))
    equal("copied", ways(p, "duplicate"), (1, 2))
    equal("reordered", ways(p, "reordered"), (1, 1))
    equal("answered twice", p["answered_twice"], 0)
    check("says no extent that it does not know",
          "1 lost   1 duplicated   1 reordered\n" in path.text, path.text)
    # Where the numbers do not tell the way, how many there were all the same.
    for name, path, again in (
            ("of either kind", Path({n: "copied back" for n in (5, 7, 8)}), 3),
            ("stateless", Path({5: "copied there", 7: "copied back"},
                               stateful=False), 2),
            ("of all", Path({20: "lost there"}, change=lambda r: 2 * [
                struct.pack("!I", struct.unpack("!I", r[:4])[0] * 3) + r[4:]]),
             59)):
        p = path.probe("--fail-if", f"duplicate>{again - 1}", status=4)
        equal(f"copied, {name}", ways(p, "duplicate"), (None, None))
        equal(f"answered again, {name}", p["answered_twice"], again)
        for word in (f" {again} answered again (copied there or back",
                     f"duplicate {again} > {again - 1}"):
            check(f"says of those {name}: {word}", word in path.text,
                  path.text)
    path = Path({5: "copied there", 6: "copied there, lost back",
                 20: "lost there"})
    p = path.probe()
    equal("lost, with a copy unheard", ways(p, "lost"), (None, None))
    equal("bounds", (p["stamp"]["there_lost_min"],
                     p["stamp"]["there_lost_max"]), (0, 1))
    check("tells them, below what they are of",
          re.search(r"\n  of those .*\n +there 0 to 1: the reflector",
                    path.text), path.text)


def test_clocks():
    kept = {"LD_PRELOAD": SHIM}  # says that our clock is synchronised
    p = Path(estimate=0x8000 | 22 << 8 | 1).probe(  # 2^-10 s
        env={**kept, "SHIM_UNSYNC": "1"})
    equal("synchronised", p["stamp"]["synchronised"], True)
    check("its error", abs(p["stamp"]["error_ms"] - 1000 / 1024) < 1e-5)
    check("offset", abs(p["clock"]["offset_ms"]) < 50, p["clock"])
    equal("one way, ours not known", p["stamp"]["there_ms"], None)
    path = Path(estimate=0x8000 | 22 << 8 | 1)
    p = path.probe(env=kept)
    for way in ("there", "back"):
        check(f"one way {way}", 0 <= p["stamp"][f"{way}_ms"] < 50, p)
    equal("within", round(p["stamp"]["within_ms"], 3),
          round(1000 / 1024 + 0.5, 3))
    check("says one way", "ms at the least, by both clocks" in path.text,
          path.text)
    p = Path(estimate=0x0001).probe(env=kept)
    equal("one way, theirs not known", p["stamp"]["there_ms"], None)

    def early(reply):  # a clock that is 5 s behind, and says it is not
        f = list(REPLY.unpack(reply[:44]))
        f[1], f[2], f[4] = f[1] - (5 << 32), 0x8001, f[4] - (5 << 32)
        yield REPLY.pack(*f)
    p = Path(change=early).probe(env=kept)
    equal("one way, below zero", p["stamp"]["there_ms"], None)
    equal("TTL there", p["there"]["marks"]["ttl"], 61)
    path = Path(z=True, estimate=0xc001)
    p = path.probe()
    equal("PTP", p["stamp"]["ptp"], True)
    check("offset by PTP", abs(p["clock"]["offset_ms"]) < 50, p["clock"])
    check("says PTP", "PTP time" in path.text, path.text)
    equal("absurd", p["absurd_times"], 0)


def test_bad_answers():
    def change(reply):
        f = list(REPLY.unpack(reply[:44]))
        yield reply
        yield reply[:37]                       # ends too early
        f[5] = 0x70000000                      # was never sent
        yield REPLY.pack(*f)
        f[5], f[6] = 10, f[6] ^ 1              # not the time that was sent
        yield REPLY.pack(*f)
        yield random.randbytes(44)
    path = Path(change=change)
    p = path.probe()
    equal("answered", (p["answered"], p["lost"]), (60, 0))
    check("never sent", p["never_sent"] >= 60, p["never_sent"])
    check("foreign", p["foreign"] >= 49, p["foreign"])
    for word in ("is too short to be of STAMP", "is no answer to us",
                 "what was never sent"):
        check(f"says {word}", word in path.text, path.text)

    def absurd(reply):
        f = list(REPLY.unpack(reply[:44]))
        f[1], f[4] = f[4] - 2**32, f[1]        # sent before received
        yield REPLY.pack(*f)
    path = Path(change=absurd)
    p = path.probe()
    equal("absurd", (p["absurd_times"], p["answered"]), (60, 60))
    equal("no offset", p["clock"]["offset_ms"], None)
    p = Path(estimate=0x3f00).probe()
    equal("no estimate", (p["stamp"]["no_estimate"] >= 60, p["answered"],
                          p["stamp"]["error_ms"]), (True, 60, None))
    # Numbers that jump about
    p = Path(change=lambda r: [random.randbytes(4) + r[4:]],
             faults={5: "lost there"}).probe()
    equal("numbers made up", (p["answered"], ways(p, "lost")),
          (59, (None, None)))
    check("contradictions", p["contradictions"] > 0)
    path = Path(faults={n: "lost there" for n in range(100)})
    p = path.probe(status=3)
    equal("nothing", (p["answered"], p["lost"]), (0, 60))


def test_refused():
    for options, word in (
            (["--key", "/dev/null"], "--key is not for --stamp"),
            (["--mtu"], "--mtu is not for --stamp"),
            (["-s", "43"], "44")):
        run = subprocess.run([SILBO, "probe", "--stamp", "127.0.0.1",
                              *options], stderr=subprocess.PIPE, text=True)
        equal(f"exit status of {options}", run.returncode, 2)
        check(f"message of {options}", word in run.stderr, run.stderr)
    run = subprocess.run([SILBO, "probe", "--stamp", "127.0.0.1"],
                         env={**os.environ, "SILBO_KEY_FILE": "/dev/null"},
                         stderr=subprocess.PIPE, text=True)
    equal("exit status of a key by environment", run.returncode, 2)
    check("whence the key is", "SILBO_KEY_FILE is set" in run.stderr,
          run.stderr)
    run = subprocess.run([SILBO, "probe", "--reflect", "--stamp", "host"],
                         stderr=subprocess.PIPE, text=True)
    equal("exit status of a host", run.returncode, 2)


def test_ours():
    """Both ends ours."""
    r = Reflector()
    path = os.path.join(work.name, "ours.json")
    for size in (44, 45, 1200):
        run = subprocess.run(
            [SILBO, "probe", "--stamp", f"127.0.0.1:{r.port}", "-n", "20",
             "-i", "2ms", "-s", str(size), "-q", "-j", path],
            stderr=subprocess.PIPE, text=True, timeout=60)
        equal("exit status", run.returncode, 0)
        with open(path) as f:
            p = json.load(f)["probes"][0]
        equal(f"answered at {size}", (p["answered"], p["lost"],
                                      p["foreign"]), (20, 0, 0))
    r.finish()


def test_road():
    """What our own road lost on either way is what the prober tells."""
    r = Reflector()
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.bind(("127.0.0.1", 0))
    number = port.getsockname()[1]
    port.close()
    road_path = os.path.join(work.name, "road.json")
    road = subprocess.Popen(
        [SILBO, "impair", "-l", f"127.0.0.1:{number}", "-t",
         f"127.0.0.1:{r.port}", "--loss", "5%", "--delay", "3ms", "--seed",
         "8762", "-j", road_path], stderr=subprocess.PIPE, text=True)
    road.stderr.readline()
    path = os.path.join(work.name, "ours.json")
    run = subprocess.run(
        [SILBO, "probe", "--stamp", f"127.0.0.1:{number}", "-n", "400", "-i",
         "2ms", "-q", "-j", path], stderr=subprocess.PIPE, text=True,
        timeout=60)
    equal("exit status", run.returncode, 0)
    road.send_signal(signal.SIGINT)
    road.communicate(timeout=20)
    r.finish()
    with open(path) as f:
        p = json.load(f)["probes"][0]
    with open(road_path) as f:
        way = json.load(f)["ways"]
    lost = way["forth"]["lost"], way["back"]["lost"]
    check("something was lost on each way", min(lost) > 0, lost)
    # Of packets that are not counted the road may have lost some, too.
    if p["closing_sent"] == 1:
        equal("lost on either way", ways(p, "lost"), lost)
    else:
        check("bounds", p["stamp"]["there_lost_min"] <= lost[0], p["stamp"])


def test_ipv6():
    """Through one socket for both, and one's own address for the answer."""
    try:
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        s.bind(("::1", 0))
    except OSError as e:
        return not_checked(f"no IPv6 ({e}): STAMP over it")
    path = os.path.join(work.name, "both.json")
    reflector = subprocess.Popen(
        [SILBO, "probe", "--reflect", "--stamp", "-p", "0", "-j", path],
        stderr=subprocess.PIPE, text=True)
    port = int(re.search(r":(\d+)/udp", reflector.stderr.readline())[1])
    s.settimeout(5)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 33)
    s.sendto(request(7), ("::1", port))
    answer, peer = s.recvfrom(100)
    equal("from", peer[:2], ("::1", port))
    equal("hop limit", fields(answer)["ttl"], 33)
    for host in ("[::1]", "127.0.0.1", "127.0.0.9"):
        mine = os.path.join(work.name, "six.json")
        run = subprocess.run(
            [SILBO, "probe", "--stamp", f"{host}:{port}", "-n", "5", "-q",
             "-j", mine], stderr=subprocess.PIPE, text=True, timeout=60)
        with open(mine) as f:
            p = json.load(f)["probes"][0]
        equal(f"answered by {host}", (run.returncode, p["answered"],
                                      p["elsewhere"]), (0, 5, 0))
        equal("hops back", p["back"]["marks"]["ttl"], 255)
    reflector.send_signal(signal.SIGINT)
    reflector.communicate(timeout=20)
    s.close()


def test_scapy():
    try:
        from scapy.contrib import stamp
    except ImportError:
        return not_checked("no scapy with contrib.stamp: a third opinion")
    r = Reflector()
    p = stamp.STAMPSessionSenderTestUnauthenticated(
        seq=0x01020304, ts=3908988800.5, ssid=0)
    equal("scapy's request is as long as ours", len(bytes(p)), 44)
    answer = r.ask(bytes(p))[0]
    q = stamp.STAMPSessionReflectorTestUnauthenticated(answer)
    f = fields(answer)
    equal("scapy's view", (q.seq, q.ssid, q.seq_sender, q.ttl_sender, q.mbz1,
                           q.mbz2), (0, 0, 0x01020304, 77, 0, 0))
    equal("scapy's view of estimates",
          (q.err_estimate.multiplier, q.err_estimate.scale, q.err_estimate.S,
           q.err_estimate.Z),
          (f["estimate"] & 0xff, f["estimate"] >> 8 & 0x3f,
           f["estimate"] >> 15, 0))
    equal("scapy's view of the copy", bytes(q.err_estimate_sender),
          bytes(p.err_estimate))
    equal("scapy makes the same bytes", bytes(q), answer)
    r.finish()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        before = failed
        test()
        if failed > before:
            print(f"failed: {name}")
sys.exit(failed > 0)
