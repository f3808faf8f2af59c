# SPDX-License-Identifier: MIT
"""A prober for the tests of the reflector, by tests/vectors/wire.py: it sends
what it is told, however wrong, and checks of every ECHO what must hold."""
import os
import select
import socket
import time

import wire


def read_key(path):
    if path in ("", "-"):
        return None
    with open(path, encoding="ascii") as file:
        line = next(x for x in file if x.startswith("silbo1:"))
    import base64
    return wire.Key(base64.b64decode(line[7:].strip()))


class Prober:
    def __init__(self, port, key=None, host="127.0.0.1"):
        self.key, self.to = key, (host, port)
        self.source = os.urandom(16)
        if key:
            self.source = key.source(self.source)
        self.sockets = [self.open(), self.open()]
        self.sent = {}  # number: datagram
        self.bytes_out = self.bytes_in = 0

    @staticmethod
    def open():
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 0))
        return s

    def make(self, number, size, flags=0):
        fixed = 24 + (16 if self.key else 0)
        body = wire.pack_body(wire.PROBE, {
            "sent_at": time.time_ns(), "flags": flags,
            "bytes": max(size - fixed, 0)})[:size - fixed]
        header = wire.pack_header(wire.PROBE, 1 if self.key else 0, number,
                                  self.source)
        if self.key:
            return self.key.seal_by_subkey(header, body)
        return header + body

    def send(self, number, size=200, flags=0, by=0, again=False):
        if not again:
            self.sent[number] = self.make(number, size, flags)
        datagram = self.sent[number]
        self.bytes_out += len(datagram)
        self.sockets[by].sendto(datagram, self.to)

    def echoes(self, count, seconds=5):
        """(socket, fields) of up to so many; all that came if fewer."""
        found, end = [], time.monotonic() + seconds
        while len(found) < count and time.monotonic() < end:
            ready, _, _ = select.select(self.sockets, [], [],
                                        end - time.monotonic())
            for s in ready:
                found.append((self.sockets.index(s), self.take(s)))
        return found

    def take(self, s):
        datagram, address = s.recvfrom(65535)
        self.bytes_in += len(datagram)
        assert address == self.to, f"from {address}, asked {self.to}"
        kind, mode, _, source = wire.parse_header(datagram)
        assert kind == wire.ECHO and mode == (1 if self.key else 0)
        assert source != self.source
        self.reflector = source
        body = self.key.open(datagram) if self.key else datagram[24:]
        assert body is not None, "not authentic"
        fields = wire.parse_body(wire.ECHO, body)
        asked = self.sent[fields["number"]]
        assert fields["prober"] == self.source
        assert len(datagram) == len(asked), "not as long as the PROBE"
        assert fields["bytes"] == len(body)
        assert body[88:] == bytes(len(body) - 88)
        if not self.key:
            assert fields["sent_at"] == int.from_bytes(asked[24:32], "big")
        now = time.time_ns()
        assert fields["received_at"] <= fields["echoed_at"]
        assert abs(now - fields["echoed_at"]) < 5 * 10**9
        assert self.bytes_in <= self.bytes_out
        return fields
