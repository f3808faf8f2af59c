# SPDX-License-Identifier: MIT
"""What stands at both ends of silbo impair in its tests.

impair_peer.py echo ADDRESS               send everything back; prints its port
impair_peer.py clients ADDRESS PORT N K   N clients send K datagrams each: how
                                          many came back to each of them
impair_peer.py sizes ADDRESS PORT BYTES...  which of these lengths come back
impair_peer.py burst ADDRESS PORT COUNT   send so many, and wait for nothing
"""
import os
import select
import socket
import sys
import time


def udp(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    return s


def echo(address):
    s = udp(address)
    s.bind((address, 0))
    print(s.getsockname()[1], flush=True)
    while True:
        data, peer = s.recvfrom(65536)
        s.sendto(data, peer)


def collect(sockets, take):
    """Until nothing has come for a second."""
    while True:
        ready = select.select(sockets, [], [], 1)[0]
        if not ready:
            return
        for s in ready:
            take(s, s.recv(65536))


def clients(address, port, count, each):
    sockets = [udp(address) for _ in range(count)]
    back = dict.fromkeys(sockets, 0)
    foreign = 0
    for s in sockets:
        s.connect((address, port))
    for i in range(each):
        for n, s in enumerate(sockets):
            s.send(b"%d %d" % (n, i))
        time.sleep(0.002)

    def take(s, data):
        nonlocal foreign
        back[s] += 1
        foreign += int(data.split()[0]) != sockets.index(s)
    collect(sockets, take)
    print(" ".join(str(back[s]) for s in sockets), "foreign", foreign)


def sizes(address, port, wanted):
    s = udp(address)
    s.connect((address, port))
    back = []
    for size in wanted:
        s.send(bytes(size))
    collect([s], lambda _, data: back.append(len(data)))
    print(*sorted(back))


def burst(address, port, count):
    s = udp(address)
    s.connect((address, port))
    for i in range(count):
        s.send(b"%d" % i)
        if i % 50 == 0:
            time.sleep(0.001)


def main():
    what, address, *rest = sys.argv[1:]
    numbers = [int(x) for x in rest]
    if what == "echo":
        echo(address)
    elif what == "clients":
        clients(address, *numbers)
    elif what == "sizes":
        sizes(address, numbers[0], numbers[1:])
    elif what == "burst":
        burst(address, *numbers)


try:
    main()
except BrokenPipeError:
    os._exit(0)
