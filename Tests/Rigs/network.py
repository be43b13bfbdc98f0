# SPDX-License-Identifier: Apache-2.0
"""A network that spoils: webhooks come, and orders go, through a proxy that delays, cuts, resets, half-closes and passes single bytes
(R1, R7, R9, R10).

    python3 Tests/Rigs/network.py [--seconds 20] [--seed N]
"""
import argparse
import collections
import pathlib
import random
import shutil
import tempfile
import time

from rig.load import Posters, lost_and_double
from rig.proxy import Proxy
from rig.receiver import Receiver
from rig.service import Service
from rig.stored import Stored
from rig.verdict import Verdict


class Front:
    """The service as the posters see it: behind the proxy."""

    def __init__(self, service, port):
        self.port, self.secret = port, service.secret


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 30))
    options = parser.parse_args()
    verdict, folder = Verdict("network"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-network-"))
    print(f"network: {options.seconds} s, seed {options.seed}")
    with Receiver(folder, seed=options.seed) as receiver:
        account = receiver.account()
        port = int(account["url"].split(":")[2].split("/")[0])
        with Proxy(port, options.seed, bad=0.4) as out:
            def change(configuration):
                text = {key: value.replace(f":{port}", f":{out.port}") if isinstance(value, str) else value for key, value in account.items()}
                configuration["accounts"] = {"sink": text}
                configuration["default account"] = "sink"
                configuration["hangup grace"] = "0 s"

            with Service(folder, change) as service:
                service.start()
                with Proxy(service.port, options.seed + 1) as into:
                    posters = Posters(Front(service, into.port), f"{options.seed:x}", clients=24, seed=options.seed)
                    posters.begin()
                    time.sleep(options.seconds)
                    posters.end()
                out.bad = 0
                api, deadline = service.api(), time.monotonic() + 150
                while time.monotonic() < deadline and any(
                        api.get(f"/api/v1/{path}&limit=1")["items"] for path in ("outbox?state=waiting", "outbox?state=sending", "leads?status=NEW")):
                    time.sleep(0.5)
                qualified = {lead["key"] for lead in api.pages("/api/v1/leads?status=QUALIFIED")}
                code = service.stop()
                with Stored(service.data) as stored:
                    lost, double = lost_and_double(posters.acked, stored.event_counts())
                created = receiver.created()
                twice = [key for key, count in collections.Counter(line["id"] for line in receiver.lines() if line["created"]).items() if count > 1]
    verdict.check(f"{len(posters.acked)} acknowledged events are there once ({posters.lost} answers lost)", not lost and not double and posters.lost > 0,
                  f"{len(lost)} lost, {len(double)} double, {posters.lost} answers lost")
    verdict.check(f"{len(qualified)} leads are with the receiver once", set(created) == qualified and not twice and len(qualified) > 0,
                  f"missing {len(qualified - set(created))}, strange {len(set(created) - qualified)}, twice {len(twice)}")
    verdict.same("exit status after SIGTERM", code, 0)
    print(f"  to us {into.counts}")
    print(f"  from us {out.counts}")
    verdict.promise("R9", f"spoilt network: {len(posters.acked)} events acknowledged, {posters.lost} answers lost, {len(qualified)} leads delivered, each once")
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
