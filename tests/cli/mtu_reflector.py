# SPDX-License-Identifier: MIT
"""A reflector in plain, by the other implementation of the wire format:
answers each PROBE with an ECHO as long as it, never fragmented, and prints the
port when it listens.  LOSS of a hundred PROBEs are not answered.

    mtu_reflector.py ADDRESS PORT [LOSS]
"""
import os
import random
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) + "/../vectors")
import wire

address, port = sys.argv[1], int(sys.argv[2])
loss = int(sys.argv[3]) if len(sys.argv) > 3 else 0
six = ":" in address
s = socket.socket(socket.AF_INET6 if six else socket.AF_INET,
                  socket.SOCK_DGRAM)
IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, DO = 10, 23, 2
if six:
    s.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, DO)
else:
    s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, DO)
s.bind((address, port))
print("listening", s.getsockname()[1], flush=True)
own, chance, seen, answers = os.urandom(16), random.Random(7), {}, 0
while True:
    datagram, peer = s.recvfrom(65535)
    arrived = time.time_ns()
    kind, _, number, source = wire.parse_header(datagram)
    if kind != wire.PROBE or len(datagram) < 24 + wire.ECHO_LAYOUT.size:
        continue
    seen.setdefault(source, set()).add(number)
    if chance.randrange(100) < loss:
        continue
    echo = wire.ECHO_LAYOUT.pack(
        source, number.to_bytes(6, "big"), 0, 0, 0, 0,
        int.from_bytes(datagram[24:32], "big"), arrived, time.time_ns(),
        len(seen[source]), 0, 0, 0)
    body = echo + bytes(len(datagram) - 24 - len(echo))
    try:
        s.sendto(wire.pack_header(wire.ECHO, 0, answers, own) + body, peer)
    except OSError:
        continue  # longer than the way back takes
    answers += 1
