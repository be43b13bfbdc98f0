# SPDX-License-Identifier: Apache-2.0
"""decode: what believing and reading a webhook costs, for every dialect, in processor time and in instructions.

Budget (issue of the dialects): 15 µs + the signature's own cost + 3 µs a kB. Instructions are counted by perf where the machine lets it
(two runs of different length, so that the start of the program drops out); where it doesn't, the line says so.
"""
import shutil
import subprocess

from workshop import ROOT, figure

ROUNDS = {True: 200, False: 4_000}


def instructions(program, dialect, requests):
    """Instructions a request, or None where they can't be counted."""
    if not shutil.which("perf"):
        return None
    counts = []
    for rounds in (100, 1100):
        done = subprocess.run(
            ["perf", "stat", "-x", ",", "-e", "instructions:u", str(program), str(rounds), dialect], capture_output=True, text=True)
        lines = [line for line in done.stderr.splitlines() if "instructions" in line]
        if done.returncode or not lines or not lines[-1].split(",")[0].isdigit():
            return None
        counts.append(int(lines[-1].split(",")[0]))
    # Each round runs the work and the bare cryptography once; both are in the figure.
    return (counts[1] - counts[0]) / 1000 / requests


def run_decode(shop):
    program = ROOT / ".build" / "release" / "DecodeBench"
    out = subprocess.run([str(program), str(shop.scaled(ROUNDS[False], ROUNDS[True]))], capture_output=True, text=True, check=True).stdout
    over = 0
    for line in out.splitlines():
        name, requests, size, total, crypto, budget = line.split()
        figure("decode", f"{name}_us", float(total), f"us of processor time a request of {size} B; crypto {crypto}, budget {budget}")
        counted = instructions(program, name, int(requests))
        if counted is not None:
            figure("decode", f"{name}_instructions", round(counted), "instructions a request, bare cryptography counted a second time")
        over += float(total) > float(budget)
    if not instructions(program, "mango", 1):
        print("bench decode: instructions can't be counted here (perf is missing or may not count)")
    figure("decode", "over_budget", over, "dialects above their budget")
    return over == 0
