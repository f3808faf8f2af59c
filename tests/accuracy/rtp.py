# SPDX-License-Identifier: MIT
"""rtp.py ADDRESS PORT COUNT INTERVAL_MS BYTES: an evenly paced stream of RTP
(RFC 3550), for those that analyse a capture of one."""
import socket
import struct
import sys
import time

address, port, count, interval, size = sys.argv[1], *map(float, sys.argv[2:])
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
start = time.monotonic()
for i in range(int(count)):
    time.sleep(max(0, start + i * interval / 1e3 - time.monotonic()))
    # Payload type 0 has a clock of 8000 Hz.
    head = struct.pack("!BBHII", 0x80, 0, (1000 + i) & 0xffff,
                       int(i * interval * 8), 0xcafe)
    out.sendto(head.ljust(int(size), b"\0"), (address, int(port)))
