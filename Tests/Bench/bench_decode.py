# SPDX-License-Identifier: Apache-2.0
"""decode: what believing and reading a webhook costs, for every dialect, in processor time and in instructions.

Budget: 15 µs + the signature's own cost + 3 µs a kB. Instructions are counted by valgrind, which any machine has, where virtual ones have no
counters for perf; it knows fewer instructions than the processor, so cryptography takes more of them there.
"""
import re
import shutil
import subprocess

from workshop import ROOT, figure

ROUNDS = {True: 200, False: 4_000}


def stripped(program, folder):
    """The program without debugging information, which valgrind can't read; None without valgrind or strip."""
    if not shutil.which("valgrind") or not shutil.which("strip"):
        return None
    copy = folder / program.name
    subprocess.run(["strip", "-o", str(copy), str(program)], check=True)
    return copy


def instructions(program, dialect, requests):
    """Instructions a request, the program's start left out by two runs of different length; None where they can't be counted."""
    counts = []
    for rounds in (5, 55) if program else ():
        done = subprocess.run(
            ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", str(program), str(rounds), dialect],
            capture_output=True, text=True)
        found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
        if done.returncode or not found:
            return None
        counts.append(int(found[1].replace(",", "")))
    return counts and (counts[-1] - counts[0]) / 50 / requests


def run_decode(shop):
    program = ROOT / ".build" / "release" / "DecodeBench"
    out = subprocess.run([str(program), str(shop.scaled(ROUNDS[False], ROUNDS[True]))], capture_output=True, text=True, check=True).stdout
    over, said, counting = 0, False, stripped(program, shop.folder)
    for line in out.splitlines():
        name, requests, size, total, crypto, budget = line.split()
        figure("decode", f"{name}_us", float(total), f"us of processor time a request of {size} B; crypto {crypto}, budget {budget}")
        counted = instructions(counting, name, int(requests))
        if counted:
            figure("decode", f"{name}_instructions", round(counted), "instructions a request, its cryptography among them")
        elif not said:
            said = True
            print("bench decode: instructions can't be counted here (valgrind or strip is missing)")
        over += float(total) > float(budget)
    figure("decode", "over_budget", over, "dialects above their budget")
    return over == 0
