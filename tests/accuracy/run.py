# SPDX-License-Identifier: MIT
"""Runs what tests/accuracy/run.sh is asked for; see there."""
import argparse
import concurrent.futures
import itertools
import os
import pathlib
import shutil
import sys
import tempfile

import bed
import probe
import scenarios
import send_recv

SHORT, FULL = (1, 2.5), (6, 5)  # seconds, ms of a frame
TRIES = 3  # of what other programs of the machine disturbed


def attempt(make, folder):
    """One run; its object, with what it found wrong."""
    run = make(folder)
    try:
        run.go()
    except (bed.Wrong, OSError, ValueError, KeyError) as why:
        run.wrong.append(f"{type(why).__name__}: {why}")
    finally:
        run.close()
    return run


def settle(name, seed, make, folder):
    """Runs it, again where it was disturbed.  Returns lines and success."""
    for i in range(TRIES):
        place = folder / f"{name}.{i}".replace(" ", ".")
        run = attempt(make, place)
        if run.wrong or not run.disturbed:
            break
    wrong = run.wrong or ([f"disturbed {TRIES} times: {run.disturbed}"]
                          if run.disturbed else [])
    if not wrong:
        shutil.rmtree(place)
        return [f"{name:19} {run.line}"] + \
            [f"NOT CHECKED: {name}: {u}" for u in run.unchecked], True
    return [f"FAIL {name}, seed {seed}, logs in {place}"] + \
        [f"     {w}" for w in wrong], False


def jobs_of(args, programs):
    size = SHORT if args.short else FULL
    cpus = itertools.cycle(sorted(os.sched_getaffinity(0)))
    kind = {"send_recv": send_recv.Run, "probe": probe.Run}[args.what]
    for i, scenario in enumerate(scenarios.SCENARIOS):
        for mode in args.modes.split(","):
            if args.only and scenario.name not in args.only.split(","):
                continue
            # What is told of a sender alone: its restart, its numbers.
            if args.what == "probe" and (scenario.kind == "restart" or
                                         scenario.first):
                continue
            # Of a probe the totals must come through, so not just any seed.
            seed = args.seed + i + (100 if args.what == "probe" else 0)
            rest = scenario, mode, seed, size, next(cpus)
            yield (f"{scenario.name} {mode}", seed,
                   lambda place, rest=rest: kind(place, programs, *rest))


def options():
    parser = argparse.ArgumentParser(prog="tests/accuracy/run.sh")
    parser.add_argument("what", nargs="?", default="send_recv",
                        choices=("send_recv", "probe"))
    parser.add_argument("--short", action="store_true",
                        help="some hundred datagrams each, as in ctest")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", help="names of scenarios, with commas")
    parser.add_argument("--modes", default="plain,sealed")
    parser.add_argument("--jobs", type=int, default=6,
                        help="runs at once; most of them wait")
    return parser.parse_args()


def main():
    args = options()
    programs = {"silbo": os.environ["SILBO"], "talk": os.environ["TALK"]}
    folder = pathlib.Path(tempfile.mkdtemp(prefix="silbo-accuracy-"))
    jobs = list(jobs_of(args, programs))
    good = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for lines, is_good in pool.map(
                lambda job: settle(*job, folder), jobs):
            print("\n".join(lines), flush=True)
            good += is_good
    if good == len(jobs):
        shutil.rmtree(folder)
    print(f"{good} of {len(jobs)} runs are exactly the oracle's")
    sys.exit(good != len(jobs) or not jobs)


main()
