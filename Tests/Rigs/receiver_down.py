# SPDX-License-Identifier: Apache-2.0
"""The CRM is gone for a while as calls come in: hooks answer 200 all the same, leads wait, and all are delivered in order
when it is back.

    python3 Tests/Rigs/receiver_down.py [--down 60] [--rate 20]
"""
import argparse
import collections
import json
import pathlib
import shutil
import tempfile
import time

from rig.calls import CallStory, post
from rig.http import Connection
from rig.receiver import Receiver
from rig.service import Service
from rig.verdict import Verdict

CALLERS = 50


def place(connection, secret, number):
    """One call that the rules qualify at its end; its events' slowest answer in seconds, and how many were not 200."""
    story, slowest, refused = CallStory("down", number, f"+7495300{number % CALLERS:04}", digits="55"), 0.0, 0
    for mark, body in story.events():
        begun = time.monotonic()
        answer = post(connection, secret, mark, body)
        slowest, refused = max(slowest, time.monotonic() - begun), refused + (answer.status != 200)
    return slowest, refused


def open_orders(api):
    return sum(len(api.get(f"/api/v1/outbox?state={state}&limit=200")["items"]) for state in ("waiting", "sending"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--down", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    folder, verdict = pathlib.Path(tempfile.mkdtemp(prefix="callsieve-down-")), Verdict("receiver down")
    print(f"receiver down: {options.down:g} s without a CRM, {options.rate:g} calls a second")
    with Receiver(folder) as receiver:
        def change(configuration):
            configuration["accounts"] = {"sink": receiver.account()}
            configuration["default account"] = "sink"
            configuration["hangup grace"] = "0 s"

        with Service(folder, change) as service:
            service.start()
            receiver.stop()
            connection, begun = Connection(service.port), time.monotonic()
            number, slowest, refused = 0, 0.0, 0
            while time.monotonic() - begun < options.down:
                slow, bad = place(connection, service.secret, number)
                number, slowest, refused = number + 1, max(slowest, slow), refused + bad
                time.sleep(max(0.0, begun + number / options.rate - time.monotonic()))
            api = service.api()
            verdict.same(f"answers other than 200 of {number * 5} events", refused, 0)
            verdict.check("no answer took a second", slowest < 1, f"the slowest took {slowest:.2f} s")
            leads = list(api.pages("/api/v1/leads?status=QUALIFIED"))
            verdict.same("qualified leads", len(leads), min(number, CALLERS))
            verdict.check("they wait", open_orders(api) > 0)
            verdict.same("requests that reached the receiver", len(receiver.lines()), 0)
            receiver.start()
            back = time.monotonic()
            while open_orders(api) and time.monotonic() - back < 180:
                time.sleep(0.25)
            print(f"  everything delivered {time.monotonic() - back:.1f} s after it was back")
            verdict.same("orders still open", open_orders(api), 0)
            created = receiver.created()
            verdict.check("each lead was created", set(created) == {lead["key"] for lead in leads},
                          f"{len(created)} of {len(leads)}")
            kinds = {key: [json.loads(line["body"]).get("type") for line in lines] for key, lines in created.items()}
            first = [key for key, names in kinds.items() if names[0] != "lead.qualified" or names.count("lead.qualified") != 1]
            verdict.check("once, and before anything else of it", not first, f"{len(first)}: {[kinds[key] for key in first[:2]]}")
            again = collections.Counter(line["id"] for line in receiver.lines())
            verdict.check("nothing was sent twice", max(again.values(), default=0) <= 1, str(again.most_common(2)))
            verdict.same("exit status after SIGTERM", service.stop(), 0)
    if options.keep or verdict.failed:
        print(f"  kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
