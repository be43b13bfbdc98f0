# SPDX-License-Identifier: Apache-2.0
"""SIGTERM under load: nothing is lost or doubled, attempts do not count, it ends in time (R18).

    python3 Tests/Rigs/stop.py [--stops 10] [--seed N]
"""
import argparse
import collections
import pathlib
import random
import shutil
import tempfile
import time

from rig.load import Posters, lost_and_double
from rig.receiver import Receiver
from rig.service import Service
from rig.stored import Stored
from rig.verdict import Verdict


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stops", type=int, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 30))
    options = parser.parse_args()
    chance, verdict = random.Random(options.seed), Verdict("SIGTERM")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="callsieve-stop-"))
    print(f"SIGTERM: {options.stops} stops, seed {options.seed}")
    with Receiver(folder, seed=options.seed) as receiver:
        def change(configuration):
            configuration["accounts"] = {"sink": receiver.account()}
            configuration["default account"] = "sink"
            configuration["hangup grace"] = "0 s"

        with Service(folder, change) as service:
            service.start()
            posters = Posters(service, f"{options.seed:x}", clients=16, seed=options.seed)
            posters.begin()
            codes, took = [], []
            for _ in range(options.stops):
                time.sleep(chance.uniform(0.3, 1.5))
                begun = time.monotonic()
                codes.append(service.stop(wait_s=40))
                took.append(time.monotonic() - begun)
                service.start()
            time.sleep(1)
            posters.end()
            api, deadline = service.api(), time.monotonic() + 90
            while time.monotonic() < deadline and (
                    api.get("/api/v1/outbox?state=waiting&limit=1")["items"] or api.get("/api/v1/leads?status=NEW&limit=1")["items"]):
                time.sleep(0.3)
            qualified = {lead["key"] for lead in api.pages("/api/v1/leads?status=QUALIFIED")}
            service.stop()
            with Stored(service.data) as stored:
                lost, double = lost_and_double(posters.acked, stored.event_counts())
                attempts = stored.count("orders", "attempts > 0")
            created = receiver.created()
            twice = [key for key, count in collections.Counter(line["id"] for line in receiver.lines() if line["created"]).items() if count > 1]
    verdict.check("each stop ends with 0", set(codes) == {0}, str(codes))
    verdict.check(f"within 25 s (longest {max(took):.1f} s)", max(took) <= 25)
    verdict.check(f"{len(posters.acked)} acknowledged events are there once", not lost and not double, f"{len(lost)} lost, {len(double)} double")
    verdict.check(f"{len(qualified)} leads are delivered once", set(created) == qualified and not twice,
                  f"missing {len(qualified - set(created))}, strange {len(set(created) - qualified)}, twice {len(twice)}")
    verdict.same("orders whose attempts a stop counted", attempts, 0)
    verdict.promise("R18", f"{options.stops} stops, {len(posters.acked)} events acknowledged, {len(lost)} lost, {len(qualified)} leads delivered once, longest stop {max(took):.1f} s")
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
