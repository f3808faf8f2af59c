# SPDX-License-Identifier: MIT
"""recipes.py PAGE DIRECTORY: take docs/simulator.md apart.

Writes table (KEY DEFAULT, or KEY alone), told (presets), example1.ini ... and
commands (what follows "$ silbo ").
"""
import re
import sys


def rows(text, heading):
    """cells of the tables below a heading, without their heads"""
    part = re.split(rf"^## {heading}\n", text, flags=re.M)[1]
    part = part.split("\n## ")[0]
    for line in part.splitlines():
        cells = [c.strip() for c in line.strip("|").split("|")]
        if line.startswith("| `"):
            yield cells


def main():
    text, out = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
    table = list(rows(text, "Keys"))
    with open(f"{out}/table", "w", encoding="utf-8") as f:
        for key, _, default, _ in table:
            print(key.strip("`"), default, file=f)
    with open(f"{out}/told", "w", encoding="utf-8") as f:
        for name, *_ in rows(text, "Presets"):
            print(name.strip("`"), file=f)
    examples = re.findall(r"^```ini\n(.*?)^```", text, re.M | re.S)
    for i, example in enumerate(examples, 1):
        with open(f"{out}/example{i}.ini", "w", encoding="utf-8") as f:
            f.write(example)
            if "[stream]" not in example:
                f.write("[stream]\nduration = 1s\n")
    commands = re.findall(r"^\$ silbo (.*)$", text, re.M)
    with open(f"{out}/commands", "w", encoding="utf-8") as f:
        f.writelines(command + "\n" for command in commands)
    sys.exit(not (table and len(examples) >= 5 and len(commands) >= 3))


main()
