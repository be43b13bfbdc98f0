# SPDX-License-Identifier: Apache-2.0
"""Nothing grows for ever: memory, descriptors, threads and the write-ahead log under a steady load with outages of the CRM (R35, R27).

    python3 Tests/Rigs/soak.py [--seconds 60]
"""
import argparse
import pathlib
import shutil
import statistics
import tempfile
import time

from rig.load import Posters, lost_and_double
from rig.receiver import Receiver
from rig.service import Service
from rig.stored import Stored
from rig.verdict import Verdict


def sample(service):
    process = pathlib.Path(f"/proc/{service.process.pid}")
    log = service.data / "callsieve.db-wal"
    return {"anonymous_mb": service.resident_mb("RssAnon"), "descriptors": len(list((process / "fd").iterdir())),
            "threads": len(list((process / "task").iterdir())), "log_mb": log.stat().st_size / 1e6 if log.exists() else 0.0}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    verdict, folder = Verdict("soak"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-soak-"))
    print(f"soak: {options.seconds} s")
    with Receiver(folder, seed=1, bad=0.05) as receiver:
        def change(configuration):
            configuration["accounts"] = {"sink": receiver.account()}
            configuration["default account"] = "sink"
            configuration["hangup grace"] = "0 s"

        with Service(folder, change) as service:
            service.start()
            posters = Posters(service, "soak", clients=4, seed=1)
            posters.begin()
            samples, begun, api = [], time.monotonic(), service.api()
            while (passed := time.monotonic() - begun) < options.seconds:
                # an outage in the third quarter of each minute
                receiver.mode("down" if passed % 60 > 30 and passed % 60 < 40 else "")
                samples.append(sample(service))
                api.get("/api/v1/leads?limit=50")
                time.sleep(1)
            receiver.mode("good")
            posters.end()
            service.stop()
            with Stored(service.data) as stored:
                lost, double = lost_and_double(posters.acked, stored.event_counts())
    quarter = max(1, len(samples) // 4)
    growth = {}
    for name in samples[0]:
        early = statistics.median(s[name] for s in samples[quarter:2 * quarter] or samples)
        late = statistics.median(s[name] for s in samples[-quarter:])
        growth[name] = (early, late)
    # a long run must be flat; in a short one caches still fill: so many calls, so many entries
    allowed = {"anonymous_mb": 24, "descriptors": 8, "threads": 4, "log_mb": 64}
    for name, (early, late) in growth.items():
        verdict.check(f"{name}: {early:.0f} in the second quarter, {late:.0f} in the last", late - early <= allowed[name])
    verdict.check(f"the log stays below 256 MB ({max(s['log_mb'] for s in samples):.0f} MB)", max(s["log_mb"] for s in samples) <= 256)
    verdict.check(f"{len(posters.acked)} acknowledged events are there once", not lost and not double, f"{len(lost)} lost, {len(double)} double")
    text = ", ".join(f"{name} {early:.0f} to {late:.0f}" for name, (early, late) in growth.items())
    verdict.promise("R35", f"{options.seconds} s, {len(posters.acked)} events, {text}")
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
