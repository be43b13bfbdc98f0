# SPDX-License-Identifier: Apache-2.0
"""Figures of the analysis of rules; made by AnalysisBench, which prints them itself."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run_analysis(workshop):
    """True when all that was put in was found, nothing else was, and every difference held."""
    command = [str(ROOT / ".build" / "release" / "AnalysisBench"), "--rules", str(ROOT / "rules")] + (["--quick"] if workshop.quick else [])
    values = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bench:
        for line in bench.stdout:
            print(line, end="", flush=True)
            parts = line.split()
            if parts[:2] == ["bench", "analysis"]:
                values[parts[2]] = float(parts[3])
    zero = ["false_alarms", "difference_misses", "difference_extras"] + [name for name in values if name.endswith("_differences")]
    return bench.returncode == 0 and values.get("faults_found") == values.get("faults_put") and not any(values.get(name, 1) for name in zero)
