# SPDX-License-Identifier: MIT
"""The wire format, version 1, in plain Python: a second implementation of
docs/wire-format.md for the test vectors.  It shares no code with the library.
"""
import base64
import hashlib
import struct

from primitives import aead_open, aead_seal, hchacha20, kdf, xchacha_seal

DATA, INFO, RESEND, REPORT, NACK, PROBE, ECHO = range(7)
PADDED = 1  # flag of DATA
END = 1  # flag of INFO
JUMP = 3000
LIMIT = (1 << 48) - 1 - 8192

INFO_LAYOUT = struct.Struct(">8Q8sIHHBBBx16s2x6sQ32s12x")
INFO_NAMES = ("media_time", "sender_time", "origin", "first", "next",
              "payload_bytes", "age_ns", "samples", "tag", "bitrate",
              "duration", "preskip", "flags", "format", "channels",
              "report_source", "report_number", "report_hold_ns", "name")


PROBE_LAYOUT = struct.Struct(">QB7x")
PROBE_NAMES = ("sent_at", "flags")
ECHO_LAYOUT = struct.Struct(">16s6sBBB3xI7Q")
ECHO_NAMES = ("prober", "number", "flags", "tos", "ttl", "extent_max",
              "sent_at", "received_at", "echoed_at", "unique", "duplicate",
              "reordered", "withheld")
WINDOW = 1024  # of what is measured: DATA, PROBE, ECHO


class Verdict(Exception):
    """What a receiver says of a datagram that it does not accept."""


class Key:
    def __init__(self, master):
        self.master = master
        self.data = kdf(master, 1)
        self.check = kdf(master, 2)
        self.id = kdf(master, 3)[:4]
        self.line = "silbo1:" + base64.b64encode(master).decode()

    def key_check(self, random12):
        return hashlib.blake2b(random12, key=self.check,
                               digest_size=16).digest()[:4]

    def source(self, random16):
        return random16[:12] + self.key_check(random16[:12])

    def matches(self, source):
        return self.key_check(source[:12]) == source[12:]

    def seal(self, header, body):
        """By the one-call form: the nonce is the header, halves swapped."""
        return header + xchacha_seal(self.data, header[8:] + header[:8],
                                     header, body)

    def open(self, datagram):
        """By the form with a subkey for each source; None: not authentic."""
        header, sealed = datagram[:24], datagram[24:]
        return aead_open(hchacha20(self.data, header[8:]),
                         bytes(4) + header[:8], header, sealed)

    def seal_by_subkey(self, header, body):
        return header + aead_seal(hchacha20(self.data, header[8:]),
                                  bytes(4) + header[:8], header, body)


def pack_header(kind, mode, number, source):
    return bytes([1 << 4 | kind, mode]) + number.to_bytes(6, "big") + source


def parse_header(datagram):
    if len(datagram) < 24:
        raise Verdict("drop_short")
    if datagram[0] >> 4 != 1:
        raise Verdict("drop_version")
    if datagram[0] & 15 > ECHO:
        raise Verdict("drop_type")
    return (datagram[0] & 15, datagram[1],
            int.from_bytes(datagram[2:8], "big"), datagram[8:24])


def pack_data(fields):
    body = struct.pack(">QHBBB", fields["media_time"], fields["duration"],
                       fields["flags"], fields["format"],
                       len(fields["blocks"]))
    for kind, block in fields["blocks"]:
        body += struct.pack(">BH", kind, len(block)) + block
    body += fields["payload"]
    if fields["flags"] & PADDED:
        zeros = fields["padded_bytes"] - len(fields["payload"]) - 1
        body += b"\x80" + bytes(zeros)
    return body


def parse_data(body):
    if len(body) < 13 or body[12] > 4:
        raise Verdict("bad_body")
    media_time, duration, flags, form, count = struct.unpack(">QHBBB",
                                                             body[:13])
    rest, blocks = body[13:], []
    for _ in range(count):
        end = 3 + int.from_bytes(rest[1:3], "big")
        if len(rest) < 3 or len(rest) < end:
            raise Verdict("bad_body")
        blocks.append((rest[0], rest[3:end]))
        rest = rest[end:]
    payload = rest
    if flags & PADDED:
        payload = rest.rstrip(b"\0")
        if payload[-1:] != b"\x80":
            raise Verdict("bad_body")
        payload = payload[:-1]
    return {"media_time": media_time, "duration": duration, "flags": flags,
            "format": form, "blocks": blocks, "payload": payload,
            "padded_bytes": len(rest)}


def pack_info(fields):
    values = dict(fields)
    values["report_number"] = fields["report_number"].to_bytes(6, "big")
    return INFO_LAYOUT.pack(*(values[name] for name in INFO_NAMES))


def parse_info(body):
    if len(body) < INFO_LAYOUT.size:
        raise Verdict("bad_body")
    values = INFO_LAYOUT.unpack(body[:INFO_LAYOUT.size])
    info = dict(zip(INFO_NAMES, values))
    info["report_number"] = int.from_bytes(info["report_number"], "big")
    info["name"] = info["name"].split(b"\0")[0]
    if not (info["first"] <= info["next"] <= LIMIT + 1
            and info["channels"] <= 8):
        raise Verdict("bad_body")
    return info


def pack_probe(fields):
    prefix = PROBE_LAYOUT.pack(*(fields[name] for name in PROBE_NAMES))
    return prefix.ljust(fields["bytes"], b"\0")


def parse_probe(body):
    if len(body) < PROBE_LAYOUT.size:
        raise Verdict("bad_body")
    values = PROBE_LAYOUT.unpack(body[:PROBE_LAYOUT.size])
    return {**dict(zip(PROBE_NAMES, values)), "bytes": len(body)}


def pack_echo(fields):
    values = {**fields, "number": fields["number"].to_bytes(6, "big")}
    prefix = ECHO_LAYOUT.pack(*(values[name] for name in ECHO_NAMES))
    return prefix.ljust(fields["bytes"], b"\0")


def parse_echo(body):
    if len(body) < ECHO_LAYOUT.size:
        raise Verdict("bad_body")
    values = ECHO_LAYOUT.unpack(body[:ECHO_LAYOUT.size])
    echo = {**dict(zip(ECHO_NAMES, values)), "bytes": len(body)}
    echo["number"] = int.from_bytes(echo["number"], "big")
    if echo["number"] > LIMIT:
        raise Verdict("bad_body")
    return echo


def parse_body(kind, body):
    """The fields of a body, whatever its type."""
    if kind == DATA:
        return parse_data(body)
    if kind == INFO:
        return parse_info(body)
    if kind == RESEND:
        if len(body) < 6:
            raise Verdict("bad_body")
        return {"original": body[:6], **parse_data(body[6:])}
    if kind == PROBE:
        return parse_probe(body)
    if kind == ECHO:
        return parse_echo(body)
    return {"bytes": len(body), "body": body}


def pack_body(kind, fields):
    if kind == DATA:
        return pack_data(fields)
    if kind == INFO:
        return pack_info(fields)
    if kind == RESEND:
        return fields["original"] + pack_data(fields)
    if kind == PROBE:
        return pack_probe(fields)
    if kind == ECHO:
        return pack_echo(fields)
    return fields["body"]


class Source:
    """What a receiver remembers of one sender: its numbers, by type."""

    def __init__(self, key):
        self.key, self.seen, self.highest, self.jumped = key, set(), {}, {}

    def check_jump(self, kind, number):
        """One address: which it is, no vector says."""
        if self.key or kind not in self.highest:
            return
        far = number - self.highest[kind] > JUMP
        other = self.jumped.get(kind)
        if other is not None and other != number and \
                abs(other - number) <= JUMP and (far or number > other):
            del self.jumped[kind]
            self.seen.add((kind, other))
            self.highest[kind] = max(self.highest[kind], other)
            far = False
        if far:
            self.jumped[kind] = number
            raise Verdict("drop_jump")

    def check_number(self, kind, number):
        highest = self.highest.get(kind, 0)
        window = WINDOW if kind in (DATA, PROBE, ECHO) else 64
        if number <= highest - window:
            raise Verdict("drop_old")
        if (kind, number) in self.seen:
            raise Verdict("drop_duplicate")
        self.seen.add((kind, number))
        self.highest[kind] = max(highest, number)


class Receiver:
    """The order of checks, without what happens after them."""

    def __init__(self, keys, own, limit, places, max_age_ns, wall_ns):
        self.keys, self.own, self.limit = keys, own, limit
        self.places, self.max_age_ns = places, max_age_ns
        self.wall_ns = wall_ns
        self.sources = {}  # id: Source
        self.established = set()

    def on_datagram(self, datagram):
        try:
            self.check(datagram)
        except Verdict as verdict:
            return str(verdict)
        return "accepted"

    def check(self, datagram):
        if len(datagram) > self.limit:
            raise Verdict("drop_oversize")
        kind, mode, number, source = parse_header(datagram)
        if source == self.own:
            raise Verdict("drop_reflected")
        self.check_mode(mode)
        if number > LIMIT:
            raise Verdict("drop_limit")
        key = self.find_key(source)
        body = key.open(datagram) if key else datagram[24:]
        if body is None:
            raise Verdict("drop_auth")
        if source not in self.sources:
            self.check_age(kind, body)
            if kind != INFO and len(self.established) == self.places:
                raise Verdict("drop_table_full")
            self.sources[source] = Source(key)
        known = self.sources[source]
        known.check_jump(kind, number)
        known.check_number(kind, number)
        fields = parse_body(kind, body)
        if kind == INFO:
            if key is None:
                known.highest.setdefault(DATA, fields["next"] - 1)
            if fields["flags"] & END:
                self.established.add(source)

    def check_mode(self, mode):
        if mode == 0 and self.keys:
            raise Verdict("drop_plain")
        if mode == 1 and not self.keys:
            raise Verdict("drop_encrypted")
        if mode > 1:
            raise Verdict("drop_mode")

    def find_key(self, source):
        if source in self.sources:
            return self.sources[source].key
        for key in self.keys:
            if key.matches(source):
                return key
        if self.keys:
            raise Verdict("drop_wrong_key")
        return None

    def check_age(self, kind, body):
        if not self.max_age_ns:
            return
        if kind not in (DATA, INFO, PROBE) or len(body) < 8:
            raise Verdict("drop_stale")
        if self.wall_ns - int.from_bytes(body[:8], "big") > self.max_age_ns:
            raise Verdict("drop_stale")
