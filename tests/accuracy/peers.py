# SPDX-License-Identifier: MIT
"""Runs what peers.sh is asked for.  Each tool sends 200 datagrams a second, of
200 bytes or about as many, for 6 s, from namespace A to B; what is impaired are
those alone, not its handshake and not what comes back."""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import bed
import oracle
import scenarios

SECONDS, RATE, BYTES = 6, 200, 200  # seconds: unless told otherwise
INTERVAL_MS = 1000 / RATE
HERE = pathlib.Path(__file__).parent
IN_A = ["ip", "netns", "exec", os.environ["A"]]
IN_B = ["ip", "netns", "exec", os.environ["B"]]
THERE = "10.98.0.2"
LEFT_OUT = ("restart", "wrap-16", "wrap-32", "given-up")


class Run(bed.Bed):
    """A tool over a road; its figures are a dict of sent, lost, duplicate,
    reordered and jitter, as far as it has them."""

    def client(self, *words, limit=30):
        done = subprocess.run(IN_A + [str(w) for w in words], timeout=limit,
                              capture_output=True, text=True, cwd=self.folder,
                              stdin=subprocess.DEVNULL, check=False)
        self.path("client.out").write_text(done.stdout + done.stderr)
        return done.stdout

    def server(self, *words, wait=0.5):
        self.start("server", *IN_B, *words)
        time.sleep(wait)

    def output(self):
        return self.path("server.out").read_text(errors="replace")

    def stop_server(self, how=signal.SIGINT):
        process = self.running["server"]
        process.send_signal(how)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()

    def send_recv(self):
        self.server(self.silbo, "recv", "--null", "--json", "recv.json")
        self.client(self.silbo, "send", "tone", THERE, "-d", f"{SECONDS}s",
                    "-f", f"{INTERVAL_MS:g}ms", "--json", "send.json")
        time.sleep(1.8)
        self.stop_server()
        stream = self.json("recv.json")["streams"][0]
        p = stream["packets"]
        return {"sent": p["expected"], "lost": p["lost"],
                "duplicate": p["duplicate"], "reordered": p["reordered"],
                "jitter": stream["jitter_ms"]}

    def probe(self):
        self.server(self.silbo, "recv", "--null", "--reflect", "--json",
                    "recv.json")
        self.client(self.silbo, "probe", THERE, "-i", f"{INTERVAL_MS:g}ms",
                    "-d", f"{SECONDS}s", "-s", BYTES, "--json", "probe.json")
        self.stop_server()
        probe = self.json("probe.json")["probes"][0]
        way = probe["there"]
        return {"sent": probe["sent"], "lost": way["lost"],
                "duplicate": way["duplicate"], "reordered": way["reordered"],
                "jitter": way["jitter_ms"], "note":
                f"back: {probe['back']['lost']} lost"}

    def iperf3(self):
        self.server("iperf3", "-s", "-1", "-J")
        said = self.client("iperf3", "-c", THERE, "-u", "-l", BYTES, "-b",
                           BYTES * 8 * RATE, "-t", SECONDS, "-J",
                           "--get-server-output")
        end = json.loads(said)["end"]
        got = end.get("sum_received", end["sum"])
        udp = json.loads(said)["server_output_json"]["end"]["streams"][0]
        return {"sent": got["packets"], "lost": got["lost_packets"],
                "reordered": udp["udp"].get("out_of_order"),
                "jitter": got["jitter_ms"]}

    def iperf(self):
        self.server("iperf", "-s", "-u", "-e")
        said = self.client("iperf", "-c", THERE, "-u", "-l", BYTES, "-b",
                           BYTES * 8 * RATE, "-t", SECONDS, "-e")
        time.sleep(0.6)
        self.stop_server()
        told = said.split("Server Report")[-1]
        found = re.findall(r"([\d.]+) ms\s+(-?\d+)/(-?\d+) \(", told)
        back = re.findall(r"(\d+) datagrams received out-of-order",
                          told + self.output())
        return {"sent": int(found[-1][2]), "lost": int(found[-1][1]),
                "reordered": int(back[-1]) if back else 0,
                "jitter": float(found[-1][0])}

    def irtt(self):
        self.server("irtt", "server", "-i", "1ms", "-b", f"{THERE}:2112")
        self.client("irtt", "client", "-q", "-i", f"{INTERVAL_MS:g}ms", "-d",
                    f"{SECONDS}s", "-l", BYTES, "-o", "irtt.json", THERE)
        self.stop_server()
        stats = self.json("irtt.json")["stats"]
        return {"sent": stats["packets_sent"],
                "lost": round(stats["packets_sent"] *
                              stats["packet_loss_percent"] / 100),
                "duplicate": stats["duplicates"],
                "reordered": stats["late_packets"],
                "jitter": stats["ipdv_send"]["mean"] / 1e6,
                "note": f"lost there {stats['upstream_loss_percent']:.3g} %, "
                        f"back {stats['downstream_loss_percent']:.3g} %"}

    def sockperf(self):
        self.server("sockperf", "sr", "-i", THERE, "-p", 11111)
        said = self.client("sockperf", "ul", "-i", THERE, "-p", 11111, "--mps",
                           RATE, "-t", SECONDS, "-m", BYTES, "--reply-every",
                           1)
        self.stop_server()
        lost, copies, back = re.findall(
            r"dropped messages = (\d+).*?duplicated messages = (\d+)"
            r".*?out-of-order messages = (\d+)", said)[-1]
        sent = re.findall(r"SentMessages=(\d+)", said)
        return {"sent": int(sent[0]), "lost": int(lost),
                "duplicate": int(copies), "reordered": int(back)}

    def nuttcp(self):
        self.server("nuttcp", "-S", "--nofork")
        said = self.client("nuttcp", "-u", f"-l{BYTES}",
                           f"-R{BYTES * 8 * RATE // 1000}k", f"-T{SECONDS}",
                           "-fparse", THERE)
        self.stop_server()
        return {"sent": int(re.search(r"pkt=(\d+)", said)[1]),
                "lost": int(re.search(r"drop=(-?\d+)", said)[1])}

    def tshark(self):
        self.server("tshark", "-q", "-i", "silbo0", "-f", "udp port 40002",
                    "-w", self.path("rtp.pcap"), wait=3)
        self.client(sys.executable, HERE / "rtp.py", THERE, 40002,
                    SECONDS * RATE, INTERVAL_MS, BYTES)
        time.sleep(1.5)
        self.stop_server()
        said = subprocess.run(
            ["tshark", "-r", self.path("rtp.pcap"), "-q", "-d",
             "udp.port==40002,rtp", "-z", "rtp,streams"], check=False,
            capture_output=True, text=True).stdout
        self.path("tshark.out").write_text(said)
        found = re.search(r"g711U\s+(\d+)\s+(-?\d+)\s+\([-\d.]+%\)\s+(.*)",
                          said)
        # min, mean and max delta, then of jitter
        return {"sent": int(found[1]) + int(found[2]), "lost": int(found[2]),
                "jitter": float(found[3].split()[4])}


# Which datagrams are measured: port (0: any), bytes, and bits of the payload.
# What is called jitter: J of RFC 3550 after the last datagram or its mean, or the
# mean difference of delay of neighbours; and whether it goes by even times of
# sending, as a media clock does, or by the real ones.
TOOLS = {
    "silbo": (Run.send_recv, ["7587", "0", "0:0f:0"], "last even"),
    "silbo probe": (Run.probe, ["7587", "0", "0:0f:5", "32:01:0"], "last"),
    "iperf3": (Run.iperf3, ["5201", "100"], "last"),
    "iperf": (Run.iperf, ["5001", "100"], "last"),
    "irtt": (Run.irtt, ["2112", "0", "3:05:0"], "ipdv"),
    "sockperf": (Run.sockperf, ["11111", "0", "9:4:0"], "last"),
    "nuttcp": (Run.nuttcp, ["0", "100"], "last"),
    "tshark": (Run.tshark, ["40002", "0"], "mean even"),
}
COLUMNS = ("sent", "lost", "duplicate", "reordered", "jitter")


def arrivals(flow, evenly):
    """(number, sent, left) of first copies, as they left; sent at even times,
    or when they came into the road."""
    came, first = dict(flow.sent), {}
    for number, at in flow.left:
        first.setdefault(number, at)
    base = min(came)
    return [(n, (n - base) * INTERVAL_MS * 1e6 if evenly else came[n], at)
            for n, at in first.items()]


def truth_of(path, jitter):
    flow = oracle.read(path)[("forth", 1)]
    flow.announced = max(n for n, _ in flow.sent) + 1
    truth, way = oracle.truth(flow), arrivals(flow, "even" in jitter)
    delay = {n: at - sent for n, sent, at in way}
    ipdv = [abs(d - delay[n - 1]) for n, d in delay.items() if n - 1 in delay]
    truth["jitter"] = sum(ipdv) / len(ipdv) / 1e6 if "ipdv" in jitter else \
        oracle.jitter([w[1:] for w in way])[
            "mean" if "mean" in jitter else "last"]
    return truth


def run_one(folder, scenario, tool, seed):
    measure, meant, jitter = TOOLS[tool]
    run = Run(folder, {"silbo": os.environ["SILBO"], "talk": None})
    scenario.write_files(run.folder, INTERVAL_MS)
    run.path("road.ini").write_text(scenario.text(INTERVAL_MS, SECONDS))
    try:
        run.start("tunnel", os.environ["TUNNEL"], "road.ini", seed, "road.csv",
                  os.environ["A"] + ":silbo0", os.environ["B"] + ":silbo0",
                  *meant)
        while "ready" not in run.said("tunnel"):
            if run.running["tunnel"].poll() is not None:
                raise bed.Wrong(run.said("tunnel"))
            time.sleep(0.05)
        try:
            told = measure(run)
        except Exception as why:  # whatever a tool prints, the table goes on
            told = {"note": f"no figures: {type(why).__name__}"}
        time.sleep(0.5)
        run.stop("tunnel")
        return told, truth_of(run.path("road.csv"), jitter)
    finally:
        run.close()


def cell(told, truth):
    """"reported (truth)"; only what is right stands alone."""
    if told is None:
        return "-"
    if isinstance(truth, float):
        return f"{told:.2f} ({truth:.2f})"
    return str(told) if told == truth else f"**{told}** ({truth})"


def versions(tools):
    for tool in tools:
        found = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", tool],
            capture_output=True, text=True, check=False).stdout
        if found:
            yield f"{tool} {found}"


def main():
    parser = argparse.ArgumentParser(prog="tests/accuracy/peers.sh")
    parser.add_argument("--only", help="names of scenarios, with commas")
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--markdown", help="file for the table")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    args = parser.parse_args()
    globals()["SECONDS"] = args.seconds
    names = [s.name for s in scenarios.SCENARIOS if s.name not in LEFT_OUT]
    only = args.only.split(",") if args.only else names
    tools = [t for t in args.tools.split(",")
             if t.startswith("silbo") or shutil.which(t)]
    for missing in set(args.tools.split(",")) - set(tools):
        print(f"NOT CHECKED: {missing}, which is not installed")
    rows = ["| scenario | tool | " + " | ".join(COLUMNS) + " | |",
            "|---|---|" + "---|" * len(COLUMNS) + "---|"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="silbo-peers-"))
    wrong = []
    for i, scenario in enumerate(scenarios.SCENARIOS):
        for tool in tools if scenario.name in only else []:
            told, truth = run_one(
                folder / f"{scenario.name}.{tool}".replace(" ", "-"),
                scenario, tool, args.seed + i)
            cells = [cell(told.get(k), truth[k]) for k in COLUMNS]
            # Others may be wrong, we may not.
            if tool.startswith("silbo") and any(
                    told.get(k) != truth[k] for k in COLUMNS[:-1]):
                wrong.append(f"FAIL {scenario.name}, {tool}, seed "
                             f"{args.seed + i}: expected {truth}, got {told}, "
                             f"logs in {folder}")
            rows.append(f"| {scenario.name} | {tool} | " + " | ".join(cells) +
                        f" | {told.get('note', '')} |")
            print(rows[-1], flush=True)
    if args.markdown:
        pathlib.Path(args.markdown).write_text("\n".join(rows) + "\n")
    print(", ".join(versions(tools)))
    print("\n".join(wrong))
    if not wrong:
        shutil.rmtree(folder)
    sys.exit(bool(wrong))


main()
