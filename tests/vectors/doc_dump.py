#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compare the hex dumps of a page with the vectors they are made from.

    doc_dump.py PAGE VECTORS

A dump is a block that begins with "# NAME: datagram", "nonce" or "body".
"""
import json
import re
import sys

import wire

DUMP = re.compile(r"^# ([\w-]+): (\w+)\n((?:[0-9a-f]{4}  .*\n)+)", re.M)


def hexdump(data):
    return "".join(f"{at:04x}  {data[at:at + 16].hex(' ')}\n"
                   for at in range(0, len(data), 16))


def parts(file, name):
    item = next(x for x in file["datagrams"] if x["name"] == name)
    key = next(x for x in file["keys"] if x["name"] == item["key"])
    datagram = bytes.fromhex(item["datagram"])
    return {"datagram": datagram, "nonce": datagram[8:24] + datagram[:8],
            "body": wire.Key(bytes.fromhex(key["master"])).open(datagram)}


def main(page, vectors):
    with open(page, encoding="utf-8") as text:
        dumps = DUMP.findall(text.read())
    with open(vectors, encoding="utf-8") as text:
        file = json.load(text)
    wrong = [f"{name}: {what}" for name, what, dump in dumps
             if hexdump(parts(file, name)[what]) != dump]
    if wrong or len(dumps) != 3:
        print(f"{page}: {len(dumps)} dumps, not as in {vectors}: {wrong}",
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
