#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""exports.py LIBRARY HEADERS: libsilbo exports what its headers declare.

No more (a private function would become a promise) and no less (a declaration
without SILBO_API cannot be linked to).  media.h and score.h are not of the library.
"""
import pathlib
import re
import subprocess
import sys


def declared(text):
    """Names of the functions that a header declares but does not define."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^#(?:.*\\\n)*.*$", "", text, flags=re.M)
    text = text.replace('extern "C" {', "")
    while True:  # bodies of structs, enums and inline functions
        text, bodies = re.subn(r"(\)?)\s*\{[^{}]*\}",
                               lambda m: ";" if m[1] else "", text)
        if not bodies:
            break
    for statement in text.split(";"):
        name = re.search(r"\b(silbo_\w+)\s*\(", statement)
        if name and "static inline" not in statement:
            yield name[1]


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    # Sanitizers and profilers add names of their own, reserved ones.
    return {n for n in (line.split()[-1] for line in lines)
            if not n.startswith("__")}


def main():
    library, headers = sys.argv[1:]
    names = set()
    for header in pathlib.Path(headers).glob("*.h"):
        if header.name not in ("media.h", "score.h"):
            names.update(declared(header.read_text()))
    found = exported(library)
    for name in sorted(names - found):
        print(f"declared, not exported: {name}")
    for name in sorted(found - names):
        print(f"exported, not declared: {name}")
    if len(names) < 80:
        print(f"only {len(names)} declarations found: is this the library?")
        return 1
    print(f"{len(names)} functions declared, {len(found)} symbols exported")
    return names != found


sys.exit(main())
