# SPDX-License-Identifier: MIT
"""probe_reflector.py HOW [PORT]: a plain reflector of silbo of a few obvious
lines, honest or not.  Says on which port; ends when it is killed.

  honest     answers as docs/wire-format.md says
  silent     answers nothing
  closing    answers only who asks for the totals
  twice      answers each PROBE twice, with a number of its own each time
  copies     sends each answer twice, as a network does
  invents    also answers a number that was never sent
  absurd     with times that cannot be
  timeless   with 0 in their place
  unset      by a clock that was never set: some time of 1970
  elsewhere  from another address
  old        as of version 2
  short      with a few bytes
  echo       sends each datagram back as it came, as port 7 does
  every      answers, and sends 200 bytes of another version and what it was
             sent besides
  stubby     with no more bytes than an answer needs
  stranger   answers another prober's id
  sealed     as if encrypted
  more       claims to have received more than was sent
  restart    is another one after 20
  steps      its clock is set by a minute after 20
  stepsback  the other way
  first      takes 30 ms for the first one
  lossy      has never had each fifth
  narrow     has room for some 60 datagrams that it has not read yet
"""
import os
import socket
import struct
import sys
import time

how = sys.argv[1]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0))
if how == "narrow":
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 23000)
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.bind(("127.0.0.2", 0))
print(f"port {s.getsockname()[1]}\nready", flush=True)

own = os.urandom(16)
order = 0
unique, copies, seen = 0, 0, set()
heard = 0


def echo(probe, number, prober, received):
    global order
    closing = probe[32] & 1
    count = unique + 1000 if how == "more" else unique
    shift = {"steps": 60, "stepsback": -60}.get(how, 0) * 10**9
    if heard <= 20:
        shift = 0
    t2, t3 = received + shift, time.time_ns() + shift
    if how == "absurd":
        t2, t3 = 2**64 - 1, 0
    if how == "timeless":
        t2, t3 = 0, 0
    if how == "unset":
        t2 = t3 = time.monotonic_ns() % 10**12 + 10**9
    body = (prober + number.to_bytes(6, "big") + bytes([4 if closing else 0])
            + bytes(5) + struct.pack(">I", 0) + probe[24:32]
            + struct.pack(">QQQQQQ", t2, t3, count, copies, 0, 0))
    head = bytes([0x26 if how == "old" else 0x16, how == "sealed"])
    head += order.to_bytes(6, "big") + own
    order += 1
    return (head + body).ljust(len(probe), b"\0")


while True:
    probe, peer = s.recvfrom(65536)
    received = time.time_ns()
    number = int.from_bytes(probe[2:8], "big")
    prober = probe[8:24]
    heard += 1
    if how == "echo":
        s.sendto(probe, peer)
        continue
    if how == "silent" or probe[0] != 0x15:
        continue
    if number in seen:
        copies += 1
        continue
    seen.add(number)
    if how == "lossy" and number % 5 == 4 and not probe[32] & 1:
        continue
    if how == "restart" and heard == 20:
        own, order, unique = os.urandom(16), 0, 0
    unique += not probe[32] & 1
    if how == "first" and heard == 1:
        time.sleep(0.03)
        received = time.time_ns()
    if how == "stranger":
        prober = os.urandom(16)
    answer = echo(probe, number, prober, received)
    if how == "closing" and not probe[32] & 1:
        continue
    if how == "short":
        answer = answer[:20]
    if how == "stubby":
        answer = answer[:112]
    (other if how == "elsewhere" else s).sendto(answer, peer)
    if how == "every":
        s.sendto(bytes(200), peer)
        s.sendto(probe, peer)
    if how == "copies":
        s.sendto(answer, peer)
    if how == "twice":
        s.sendto(echo(probe, number, prober, received), peer)
    if how == "invents":
        s.sendto(echo(probe, 2**40, prober, received), peer)
