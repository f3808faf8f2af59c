#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Verify or write test vectors of the wire format, without the library.

    verify.py FILE...         every vector in them must hold, and every
                              verdict must have one; else exit 1
    verify.py --write FILE    write vectors for the library to verify

Python 3 standard library only.
"""
import hashlib
import json
import sys

import wire

VERDICTS = {
    "accepted", "bad_body", "drop_oversize", "drop_short", "drop_version",
    "drop_type", "drop_reflected", "drop_plain", "drop_encrypted",
    "drop_mode", "drop_limit", "drop_wrong_key", "drop_auth", "drop_stale",
    "drop_table_full", "drop_jump", "drop_duplicate", "drop_old"}
BIG = {"media_time", "sender_time", "origin", "payload_bytes", "age_ns",
       "samples", "report_hold_ns", "sent_at", "received_at", "echoed_at",
       "unique", "duplicate", "reordered", "withheld"}  # may pass 2^53: decimal strings


def as_json(name, value):
    if isinstance(value, bytes):
        return value.hex()
    if name == "blocks":
        return [{"kind": kind, "body": body.hex()} for kind, body in value]
    return str(value) if name in BIG else value


def fields_as_json(fields):
    return {name: as_json(name, value) for name, value in fields.items()}


class Vectors:
    """Checks one file; collects what does not hold."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.file = json.load(file)
        self.path, self.failures, self.checks = path, 0, 0
        self.keys = {}

    def expect(self, name, what, got, want):
        self.checks += 1
        if got != want:
            self.failures += 1
            print(f"{self.path}: {name}: {what}: got {got}, "
                  f"the file says {want}", file=sys.stderr)

    def check(self):
        self.expect("file", "format", self.file["format"], "silbo wire 1")
        for item in self.file["keys"]:
            self.check_key(item)
        for item in self.file["sources"]:
            self.check_source(item)
        for item in self.file["datagrams"]:
            self.check_datagram(item)
        for item in self.file["verdicts"]:
            self.check_verdict(item)
        for name in ("keys", "sources", "datagrams", "verdicts"):
            self.expect(name, "any", len(self.file[name]) > 0, True)
        return self.failures

    def check_key(self, item):
        key = wire.Key(bytes.fromhex(item["master"]))
        self.keys[item["name"]] = key
        for what in ("data", "check", "id"):
            self.expect(item["name"], what, getattr(key, what).hex(),
                        item[what])
        self.expect(item["name"], "line", key.line, item["line"])

    def check_source(self, item):
        random = bytes.fromhex(item["random"])
        key = self.keys.get(item["key"])
        source = key.source(random) if key else random
        self.expect(item["name"], "source", source.hex(), item["source"])
        if key:
            subkey = wire.hchacha20(key.data, source)
            self.expect(item["name"], "subkey", subkey.hex(), item["subkey"])

    def check_datagram(self, item):
        name, datagram = item["name"], bytes.fromhex(item["datagram"])
        key = self.keys.get(item["key"])
        try:
            kind, mode, number, source = wire.parse_header(datagram)
            body = key.open(datagram) if key else datagram[24:]
            if body is None:
                raise wire.Verdict("drop_auth")
            fields = wire.parse_body(kind, body)
        except wire.Verdict as verdict:
            self.expect(name, "verdict", str(verdict), "accepted")
            return
        for what, got in (("type", kind), ("mode", mode), ("number", number),
                          ("source", source.hex())):
            self.expect(name, what, got, item[what])
        self.expect(name, "fields", fields_as_json(fields), item["fields"])
        if key:
            self.expect(name, "key check", key.matches(source), True)
            self.expect(name, "one-call form",
                        key.seal(datagram[:24], body).hex(),
                        item["datagram"])
        packed = wire.pack_body(kind, fields)
        self.expect(name, "packed again", packed.hex(),
                    body[:len(packed)].hex())

    def check_verdict(self, item):
        receiver = wire.Receiver(
            [self.keys[name] for name in item["holds"]],
            bytes.fromhex(item.get("own", "")), item["limit"],
            item["sources"], item["max_age_s"] * 10**9, int(item["wall_ns"]))
        if "earlier" in item:
            self.expect(item["name"], "earlier", receiver.on_datagram(
                bytes.fromhex(item["earlier"])) in ("accepted", "bad_body"),
                True)
        if "between" in item:
            self.expect(item["name"], "between", receiver.on_datagram(
                bytes.fromhex(item["between"])).startswith("drop_"), True)
        got = receiver.on_datagram(bytes.fromhex(item["datagram"]))
        self.expect(item["name"], "verdict", got, item["verdict"])


class Writer:
    """Makes vectors, always the same, with seeds and shapes of its own."""

    def __init__(self):
        self.count = 0
        self.keys = {name: wire.Key(self.random(32)) for name in "ab"}
        self.file = {"format": "silbo wire 1", "keys": [], "sources": [],
                     "datagrams": [], "verdicts": []}

    def random(self, length):
        self.count += 1
        return hashlib.shake_128(b"silbo %d" % self.count).digest(length)

    def below(self, limit):
        return int.from_bytes(self.random(8), "big") % limit

    def make(self):
        for name, key in self.keys.items():
            self.file["keys"].append({
                "name": name, "line": key.line, "master": key.master.hex(),
                "data": key.data.hex(), "check": key.check.hex(),
                "id": key.id.hex()})
        for name in "ab-ab-":
            self.add_source(name)
        for name in "-a":
            for kind in range(7):
                for number in (0, 63, 64, 1 << 16, 1 << 32, wire.LIMIT):
                    self.add_datagram(name, kind, number,
                                      self.fields(kind, 30))
            for length in (0, 1, 47, 48, 51, 112, 300, 1141):
                self.add_datagram(name, wire.DATA, length,
                                  self.fields(wire.DATA, length))
        self.add_bends()
        self.add_bodies()
        self.add_measured()
        return self.file

    def source(self, name):
        random = self.random(16)
        key = self.keys.get(name)
        return random, key.source(random) if key else random

    def add_source(self, name):
        random, source = self.source(name)
        item = {"name": f"python-source-{self.count}", "key": name,
                "random": random.hex(), "source": source.hex()}
        if name != "-":
            data = self.keys[name].data
            item["subkey"] = wire.hchacha20(data, source).hex()
        self.file["sources"].append(item)

    def fields(self, kind, length):
        if kind == wire.INFO:
            return self.info_fields()
        if kind in (wire.PROBE, wire.ECHO):
            return self.measured_fields(kind, length)
        if kind not in (wire.DATA, wire.RESEND):
            return {"bytes": length, "body": self.random(length)}
        flags = self.below(256)
        blocks = [(self.below(256), self.random(self.below(20)))
                  for _ in range(self.below(5) if kind == wire.DATA else 0)]
        pad = 1 + self.below(40) if flags & wire.PADDED else 0
        fields = {"media_time": self.below(1 << 62),
                  "duration": self.below(1 << 16), "flags": flags,
                  "format": self.below(256), "blocks": blocks,
                  "payload": self.random(length),
                  "padded_bytes": length + pad}
        if kind == wire.RESEND:
            fields["original"] = self.below(wire.LIMIT).to_bytes(6, "big")
        return fields

    def measured_fields(self, kind, length):
        if kind == wire.PROBE:
            return {"sent_at": self.below(1 << 63), "flags": self.below(256),
                    "bytes": 16 + length}
        fields = {name: self.below(1 << 63) for name in wire.ECHO_NAMES}
        fields.update(
            prober=self.random(16), number=self.below(wire.LIMIT + 1),
            flags=self.below(256), tos=self.below(256), ttl=self.below(256),
            extent_max=self.below(1 << 32), bytes=88 + length)
        return fields

    def info_fields(self):
        first = self.below(wire.LIMIT)
        fields = {name: self.below(1 << 62) for name in wire.INFO_NAMES}
        fields.update(
            first=first, next=first + self.below(wire.LIMIT + 2 - first),
            tag=self.random(8), bitrate=self.below(1 << 32),
            duration=self.below(1 << 16), preskip=self.below(1 << 16),
            flags=self.below(256), format=self.below(256),
            channels=self.below(9), report_source=self.random(16),
            report_number=self.below(1 << 48),
            name=("whistle " * 4)[:self.below(33)].encode())
        return fields

    def datagram(self, name, kind, number, body):
        key = self.keys.get(name)
        header = wire.pack_header(kind, 1 if key else 0, number,
                                  self.source(name)[1])
        return key.seal_by_subkey(header, body) if key else header + body

    def add_datagram(self, name, kind, number, fields):
        body = wire.pack_body(kind, fields)
        datagram = self.datagram(name, kind, number, body)
        self.file["datagrams"].append({
            "name": f"python-{self.count}-type{kind}", "key": name,
            "type": kind, "mode": datagram[1], "number": number,
            "source": datagram[8:24].hex(),
            "fields": fields_as_json(fields), "datagram": datagram.hex()})

    def add_verdict(self, name, holds, datagram):
        item = {"name": f"python-{name}", "holds": holds, "limit": 1200,
                "sources": 4, "max_age_s": 0, "wall_ns": "0",
                "datagram": datagram.hex()}
        receiver = wire.Receiver([self.keys[k] for k in holds], b"", 1200, 4,
                                 0, 0)
        item["verdict"] = receiver.on_datagram(datagram)
        self.file["verdicts"].append(item)

    def add_bends(self):
        """Every byte of a sealed datagram, and every bit of the first 24."""
        body = wire.pack_data(self.fields(wire.DATA, 9))
        sealed = self.datagram("a", wire.DATA, 5, body)
        for bit in range(8 * len(sealed)):
            at, turn = divmod(bit, 8)
            if at < 24 or turn == at % 8:
                bent = bytearray(sealed)
                bent[at] ^= 1 << turn
                self.add_verdict(f"bit-{bit}", "a", bytes(bent))
        for length in (0, 1, *range(22, 42), len(sealed) - 1):
            self.add_verdict(f"cut-{length}", "a", sealed[:length])

    def add_bodies(self):
        """Sound bodies with a byte or two replaced, under a good tag."""
        for run in range(120):
            kind = (wire.DATA, wire.DATA, wire.INFO, wire.RESEND)[run % 4]
            body = bytearray(wire.pack_body(kind, self.fields(kind, 6)))
            for _ in range(run % 3):
                body[self.below(min(len(body), 40))] = self.below(6)
            body = bytes(body[:len(body) - self.below(2)])
            self.add_verdict(f"body-{run}", "-a"[run % 2].strip("-"),
                             self.datagram("-a"[run % 2], kind, run, body))

    def add_measured(self):
        """PROBEs and ECHOs of many lengths, and cut ones."""
        for length in (0, 1, 24, 72, 300, 1000):
            for name in "-a":
                for kind in (wire.PROBE, wire.ECHO):
                    self.add_datagram(name, kind, length,
                                      self.measured_fields(kind, length))
        for kind, least in ((wire.PROBE, 16), (wire.ECHO, 88)):
            for length in (0, 1, least - 1, least, least + 1):
                body = wire.pack_body(kind, self.measured_fields(kind, 1))
                self.add_verdict(f"measured-{kind}-{length}", "a",
                                 self.datagram("a", kind, 7, body[:length]))


def verify(paths):
    """How many failures there are in all of the files."""
    failures, verdicts = 0, set()
    for path in paths:
        vectors = Vectors(path)
        failures += vectors.check()
        print(f"{path}: {vectors.checks} checks, {vectors.failures} failures")
        verdicts |= {item["verdict"] for item in vectors.file["verdicts"]}
    for name in sorted(verdicts ^ VERDICTS):
        print(f"{name}: unknown, or without a vector", file=sys.stderr)
        failures += 1
    return failures


def main(args):
    if len(args) == 2 and args[0] == "--write":
        file = Writer().make()
        with open(args[1], "w", encoding="utf-8") as out:
            out.write(dump(file))
        return 0
    if not args or args[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    return 1 if verify(args) else 0


def dump(file):
    """One vector a line, so that a change shows as the lines it changes."""
    parts = [f'"format": {json.dumps(file["format"])}']
    for name in ("keys", "sources", "datagrams", "verdicts"):
        lines = ",\n ".join(json.dumps(item) for item in file[name])
        parts.append(f'"{name}": [\n {lines}\n]')
    return "{" + ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
