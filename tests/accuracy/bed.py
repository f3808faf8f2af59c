# SPDX-License-Identifier: MIT
"""A test bed: programs of one run in a folder of their own, and what they say.

What a run finds wrong it collects; nothing is printed until it is over.
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

LIMIT = 60  # seconds: only so that a fault does not hang the run


class Wrong(Exception):
    """The run cannot go on; what was found so far stands."""


class Bed:
    def __init__(self, folder, programs):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.silbo, self.talk = programs["silbo"], programs["talk"]
        self.running = {}
        self.wrong = []

    def path(self, name):
        return self.folder / name

    def same(self, what, got, wanted):
        if got != wanted:
            self.wrong.append(f"{what}: expected {wanted}, got {got}")

    def holds(self, what, is_so):
        if not is_so:
            self.wrong.append(what)

    def start(self, name, *words, cpu=None):
        def prepare():
            if cpu is not None:
                os.sched_setaffinity(0, {cpu})
        with open(self.path(name + ".out"), "wb") as out, \
                open(self.path(name + ".err"), "wb") as err:
            self.running[name] = subprocess.Popen(
                [str(w) for w in words], stdin=subprocess.DEVNULL, stdout=out,
                stderr=err, cwd=self.folder, preexec_fn=prepare)
        return self.running[name]

    def said(self, name):
        return self.path(name + ".err").read_text(errors="replace")

    def until_said(self, name, pattern):
        """Wait until its news have that; returns the match."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            found = re.search(pattern, self.said(name))
            if found:
                return found
            if self.running[name].poll() is not None:
                break
            time.sleep(0.02)
        raise Wrong(f"{name} never said {pattern}: {self.said(name)[-300:]}")

    def listening(self, name):
        """Wait until it does; returns the port."""
        return int(self.until_said(name, r"listening on \S*:(\d+)/udp")[1])

    def ends(self, name, status=0):
        try:
            got = self.running.pop(name).wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise Wrong(f"{name} does not end") from None
        if status is not None and got != status:
            raise Wrong(f"{name} ended with {got}: {self.said(name)[-300:]}")

    def stop(self, name):
        self.running[name].send_signal(signal.SIGINT)
        self.ends(name)

    def close(self):
        for process in self.running.values():
            process.kill()
            process.wait()
        self.running.clear()

    def no_absurd_figures(self, report, name):
        """Neither in the JSON nor in what people read, where a clock may be
        the slower of two."""
        self.same("impossible figures", absurd(report), [])
        unsigned = re.sub(r"-[0-9.]+ ppm", "ppm", self.said(name))
        self.same("negative figures in the text",
                  re.findall(r".*[ (]-[0-9].*", unsigned), [])

    def json(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)

    def events(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return [json.loads(line) for line in file]


def absurd(value, where=""):
    """Numbers that cannot be: negative, wrapped, a share above one."""
    if isinstance(value, dict):
        return [x for k, v in value.items() for x in absurd(v, f"{where}.{k}")]
    if isinstance(value, list):
        return [x for i, v in enumerate(value)
                for x in absurd(v, f"{where}[{i}]")]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return []
    signed = ("ppm", "offset", "fastest", "contradict")
    if (value < 0 and not any(s in where for s in signed)) or \
            abs(value) >= 2**63 or value != value or \
            (where.endswith("_ratio") and value > 1):
        return [f"{where} is {value}"]
    return []
