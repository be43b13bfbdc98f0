# SPDX-License-Identifier: Apache-2.0
"""The disk under the data folder is full: hooks answer 503 and the process stays; room again: it heals within seconds and
nothing that was acknowledged is gone (R5).

    python3 Tests/Rigs/disk_full.py [--cycles 5]

Needs a mount of its own: root, or a kernel that lets users make namespaces.
"""
import argparse
import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from rig.api import Refused
from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.receiver import Receiver
from rig.service import Service
from rig.stored import Stored
from rig.verdict import Verdict

SIZE = "48m"


def mount(folder):
    """A small tmpfs; without the right to, starts this program again in a namespace where it has it."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True, text=True)
    if done.returncode == 0:
        return
    if "RIG_NAMESPACE" not in os.environ:
        os.environ["RIG_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--mount", sys.executable, *sys.argv])
    raise SystemExit(f"disk full: no small filesystem can be mounted here: {done.stderr.strip()}")


class Poster:
    """Posts events of ever new calls and keeps the marks of those that were acknowledged."""

    def __init__(self, service):
        self.connection, self.secret = Connection(service.port, timeout=20), service.secret
        self.number, self.acked, self.statuses, self.refused = 0, set(), collections.Counter(), []

    def call(self):
        """The statuses of one call's events, each posted once."""
        self.number += 1
        found = []
        for mark, body in CallStory("full", self.number, f"+7495400{self.number % 10_000:04}", digits="55").events():
            try:
                status = post(self.connection, self.secret, mark, body).status
            except (Reset, OSError) as error:
                status = f"lost ({error})"
            if status == 200:
                self.acked.add(mark)
            else:
                self.refused.append((mark, body))
            self.statuses[status] += 1
            found.append(status)
        return found

    def again(self):
        """Posts what was refused once more, as a PBX does; how many are refused again."""
        events, self.refused = self.refused, []
        for mark, body in events:
            if post(self.connection, self.secret, mark, body).status == 200:
                self.acked.add(mark)
            else:
                self.refused.append((mark, body))
        return len(self.refused)


def fill(folder):
    """Takes all room that is left."""
    with open(folder / "filler", "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1 << 9, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


def reads(service):
    try:
        service.api().get("/api/v1/leads?limit=1")
        return True
    except (Reset, OSError, Refused):
        return False


def cycle(verdict, service, poster, room, number):
    """Fill, see 503, free, see 200."""
    fill(room)
    for _ in range(4000):
        if 200 not in (statuses := poster.call()):
            break
    else:
        statuses = ["never refused"]
    verdict.check(f"cycle {number}: full: 503", set(statuses) == {503}, str(statuses))
    verdict.check(f"cycle {number}: the process stays", service.process.poll() is None, service.tail(5))
    verdict.check(f"cycle {number}: not ready", not service.ready())
    verdict.check(f"cycle {number}: lists are still read", reads(service))
    (room / "filler").unlink()
    freed = time.monotonic()
    while time.monotonic() - freed < 20 and set(poster.call()) != {200}:
        time.sleep(0.1)
    took = time.monotonic() - freed
    verdict.check(f"cycle {number}: heals within 5 s", took <= 5, f"{took:.1f} s")
    verdict.same(f"cycle {number}: refused again when the PBX repeats them", poster.again(), 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=5)
    options = parser.parse_args()
    verdict = Verdict("disk full")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="callsieve-full-"))
    room = folder / "room"
    room.mkdir()
    mount(room)
    try:
        with Receiver(folder) as receiver:
            def change(configuration):
                configuration["data"] = str(room / "data")
                configuration["accounts"] = {"sink": receiver.account()}
                configuration["default account"] = "sink"
                configuration["hangup grace"] = "0 s"

            with Service(folder, change) as service:
                service.start()
                poster = Poster(service)
                for _ in range(50):
                    poster.call()
                verdict.check("all is well before", set(poster.statuses) == {200}, str(dict(poster.statuses)))
                for number in range(1, options.cycles + 1):
                    cycle(verdict, service, poster, room, number)
                deadline = time.monotonic() + 60
                api = service.api()
                while time.monotonic() < deadline and (
                        api.get("/api/v1/leads?status=NEW,BRIEFING&limit=1")["items"] or api.get("/api/v1/outbox?state=waiting&limit=1")["items"]):
                    time.sleep(0.3)
                verdict.same("leads left undecided", len(api.get("/api/v1/leads?status=NEW,BRIEFING&limit=200")["items"]), 0)
                qualified = {lead["key"] for lead in api.pages("/api/v1/leads?status=QUALIFIED")}
                verdict.same("exit status after SIGTERM", service.stop(), 0)
                with Stored(service.data) as stored:
                    counts = stored.event_counts()
                    verdict.same("integrity check", stored.integrity(), "ok")
                missing = [mark for mark in poster.acked if counts[mark] != 1]
                verdict.check(f"{len(poster.acked)} acknowledged events are there once", not missing, f"{len(missing)} are not, such as {missing[:3]}")
                created = receiver.created()
                verdict.check(f"{len(qualified)} leads reached the receiver", set(created) == qualified,
                              f"missing {len(qualified - set(created))}, too many {len(set(created) - qualified)}")
                again = collections.Counter(line["id"] for line in receiver.lines())
                verdict.check("nothing was sent twice", max(again.values(), default=0) <= 1, str(again.most_common(2)))
                verdict.promise("R5", f"{options.cycles} cycles, {len(poster.acked)} events acknowledged, {len(missing)} lost")
                print(f"  answers: {dict(poster.statuses)}")
    finally:
        subprocess.run(["umount", "-l", str(room)], capture_output=True)
        if not verdict.failed:
            subprocess.run(["rm", "-rf", str(folder)])
    verdict.end()


if __name__ == "__main__":
    main()
