# SPDX-License-Identifier: Apache-2.0
"""The benchmarks: one line a figure, `bench NAME figure value unit`.

    python3 Tests/Bench/bench.py [--quick] [--keep] [NAME...]     (the names: `BENCHES` below)

Method (DECISIONS.md, Measuring): rounds of the yardstick and of the service follow each other in shuffled order, a figure is the
median of the rounds' ratios with its range; what was stored and delivered is counted at the end; figures of different runs are
not comparable, since the disk is not the same from one minute to the next.
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Rigs"))
sys.path.insert(0, str(ROOT / "Tests" / "Bench"))

from bench_analysis import run_analysis  # noqa: E402
from bench_decode import run_decode  # noqa: E402
from bench_intake import run_b1, run_b2, run_b3  # noqa: E402
from bench_limits import run_b10, run_b11, run_b12  # noqa: E402
from bench_process import run_mem, run_start  # noqa: E402
from bench_rules import run_replay, run_rules  # noqa: E402
from workshop import Workshop, figure  # noqa: E402

BENCHES = {
    "B1": run_b1,
    "B2": run_b2,
    "B3": run_b3,
    "B10": run_b10,
    "B11": run_b11,
    "B12": run_b12,
    "START": run_start,
    "MEM": run_mem,
    "rules": run_rules,
    "replay": run_replay,
    "decode": run_decode,
    "analysis": run_analysis,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a hundredth of the corpus and three rounds: shows that it runs, proves no figure")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("names", nargs="*", metavar="|".join(BENCHES))
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHES)}")
    # not /tmp: that is memory on some machines, and a sync into memory costs nothing
    base = ROOT / ".build" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=base))
    workshop = Workshop(folder, quick=options.quick)
    failed = 0
    # other work on the machine shows as syncs and answers that wait for a processor: figures count only below 1
    figure("HOST", "processors", os.cpu_count(), "")
    figure("HOST", "load_before", os.getloadavg()[0], "")
    try:
        for name in options.names or BENCHES:
            failed += not BENCHES[name](workshop)
    finally:
        if options.keep or failed:
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
