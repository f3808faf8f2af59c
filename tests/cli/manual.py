# SPDX-License-Identifier: MIT
"""manual.py PAGE SILBO: what silbo(1) and --help do not both say.

Of every command: each option with its letter, its value, its default and its
environment variable; and each exit status.  Prints nothing if all agree.
"""
import re
import subprocess
import sys


def ask(silbo, *words):
    return subprocess.run([silbo, *words], check=True, capture_output=True,
                          text=True).stdout


def commands_of_help(text):
    block = text.split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+)", block, re.M)


def options_of_help(text):
    """name -> (letter, value, default, variable)"""
    found = {}
    for head, rest in re.findall(
            r"^  ((?:-\w, |    )--.*)\n((?: {10,}\S.*\n)*)", text, re.M):
        m = re.match(r"(?:-(\w), )?\s*--(\S+)(?: (\S+(?: \S+)*))?(?:\s\s.*)?$",
                     head)
        tail = " ".join((head + "\n" + rest).split())
        default = re.search(r" \[([^]$]+)\](?: \[\$\w+\])?$", tail)
        variable = re.search(r" \[\$(\w+)\]$", tail)
        found[m[2]] = (m[1], m[3], default and default[1],
                       variable and variable[1])
    del found["help"]  # said once in the page, for all commands
    return found


def sections(text, macro):
    """title -> lines below it"""
    parts = re.split(rf"^\.{macro} (.*)\n", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def options_of_page(text):
    """name -> (letter, value, text below)"""
    found = {}
    parts = re.split(r"^\.It (Fl .*)\n", text, flags=re.M)
    for head, body in zip(parts[1::2], parts[2::2]):
        m = re.fullmatch(r"(?:Fl (\w) , )?Fl Fl (\S+)(?: Ar (.+))?", head)
        if not m:
            print(f"page: not the form of an option: .It {head}")
            continue
        found[m[2]] = (m[1], m[3], body.split(".El")[0])
    return found


def has(body, macro, word):
    return re.search(rf"^\.{macro} {re.escape(word)}(?: .*)?$", body, re.M)


def compare(command, helped, paged):
    for name in sorted(helped.keys() - paged.keys()):
        print(f"{command} --{name} is not in the page")
    for name in sorted(paged.keys() - helped.keys()):
        print(f"{command} --{name} is in the page, but not in --help")
    for name in sorted(helped.keys() & paged.keys()):
        letter, value, default, variable = helped[name]
        if paged[name][:2] != (letter, value):
            print(f"{command} --{name}: -{letter} {value} in --help, "
                  f"-{paged[name][0]} {paged[name][1]} in the page")
        if default and not has(paged[name][2], "Cm", default):
            print(f"{command} --{name}: the page lacks its default, "
                  f"'.Cm {default}'")
        if variable and not has(paged[name][2], "Ev", variable):
            print(f"{command} --{name}: the page lacks '.Ev {variable}'")


def main():
    page, silbo = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2]
    parts = sections(page, "Sh")
    described = sections(parts["DESCRIPTION"], "Ss")
    names = commands_of_help(ask(silbo, "--help"))
    if sorted(described) != sorted(names):
        print(f"commands: {sorted(names)} in --help, "
              f"{sorted(described)} in the page")
    count = 0
    for command in names:
        text = ask(silbo, command, "--help")
        options = options_of_help(text)
        count += len(options)
        compare(command, options, options_of_page(described.get(command, "")))
        for *_, variable in options.values():
            if variable and not has(parts["ENVIRONMENT"], "It Ev", variable):
                print(f"ENVIRONMENT lacks {variable}")
        for status in re.findall(r"^  (\d+)  ", text, re.M):
            if not has(parts["EXIT STATUS"], "It", status):
                print(f"EXIT STATUS lacks {status}")
    if count < 20:
        print(f"only {count} options found in --help")


main()
