# SPDX-License-Identifier: Apache-2.0
"""Power loss, by logging every write and sync of a run and rebuilding the disk as it may have been at any moment (R2, R3).

    python3 Tests/Rigs/power.py [--cuts 500] [--seconds 6] [--seed N] [--keep]

A disk image is what was synced, and of everything later any part: whole operations, single sectors of 512 bytes, nothing. Each image is
opened and must hold every event that was acknowledged before the cut; some are opened by the service itself. Meanwhile each sync takes
5 ms longer than it needs, so that an answer that does not wait for its sync is seen.
"""
import argparse
import bisect
import collections
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time

from rig.load import Posters
from rig.service import Service, binary
from rig.shim import Disk, Shim, SYNC_END, WRITE, records, synced_marks
from rig.stored import MARK
from rig.verdict import Verdict
from rig.yaml_text import yaml_text


def drive(service, shim, seconds, seed):
    """A run under load with a kill at its end; the posters."""
    shim.stall(5)
    service.environment = shim.environment
    service.start()
    posters = Posters(service, f"{seed:x}", clients=32, seed=seed)
    posters.begin()
    time.sleep(seconds)
    posters.stop.set()
    service.kill()
    posters.end()
    return posters


def look(folder, name):
    """Opens an image as SQLite does after a crash: its integrity and its event marks."""
    database = sqlite3.connect(folder / name)
    try:
        integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
        rows = database.execute("SELECT dedupe_key FROM events").fetchall() if database.execute(
            "SELECT 1 FROM sqlite_schema WHERE name = 'events'").fetchone() else []
        return integrity, collections.Counter(mark.group() for (key,) in rows if (mark := MARK.search(key)))
    finally:
        database.close()


class Explorer:
    def __init__(self, verdict, service, posters, log, options, folder):
        self.verdict, self.service, self.options, self.folder = verdict, service, options, folder
        self.all = list(records(log))
        self.chance = random.Random(options.seed)
        self.acks = sorted((at, mark) for mark, at in posters.acked.items())
        self.times = [at for at, _ in self.acks]
        self.problems, self.opened, self.by_product, self.checked = [], 0, 0, 0

    def explore(self):
        interesting = [i for i, record in enumerate(self.all) if record[0] in (WRITE, SYNC_END)]
        cuts = sorted(self.chance.choices(interesting, k=self.options.cuts))
        disk, done = Disk(), 0
        for number, cut in enumerate(cuts):
            while done < cut:
                disk.take(self.all[done])
                done += 1
            self.one(disk, number, self.all[cut][4])
        return len(cuts)

    def one(self, disk, number, at_ns):
        room = self.folder / "image"
        shutil.rmtree(room, ignore_errors=True)
        (room / "data").mkdir(parents=True)
        chance = None if number % 4 == 0 else self.chance
        for path in disk.files:
            relative = pathlib.Path(path).relative_to(self.service.data)
            if relative.suffix == ".db-shm" or relative.name.endswith("-shm"):
                continue
            target = room / "data" / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(disk.image(chance, path))
        expected = [mark for _, mark in self.acks[:bisect.bisect_left(self.times, at_ns)]]
        main = room / "data" / "callsieve.db"
        if not main.exists():
            return self.problems.append(f"cut {number}: no database, {len(expected)} acknowledged") if expected else None
        if number % 20 == 19:
            self.open_by_product(room, number)
        try:
            integrity, marks = look(main.parent, main.name)
        except sqlite3.DatabaseError as error:
            return self.problems.append(f"cut {number}: does not open: {error}")
        self.opened += 1
        self.checked += len(expected)
        missing = [mark for mark in expected if not marks[mark]]
        double = [mark for mark, count in marks.items() if count > 1]
        if integrity != "ok" or missing or double:
            self.problems.append(f"cut {number}: {integrity}, {len(missing)} of {len(expected)} missing, {len(double)} double")

    def open_by_product(self, room, number):
        """The service's own opening, and its audit chain."""
        os.chmod(room / "data", 0o700)
        key = pathlib.Path(str(self.service.data) + ".master-key")
        if not key.exists():
            return
        shutil.copy(key, room / "data.master-key")
        os.chmod(room / "data.master-key", 0o600)
        configuration = self.service.configuration | {"data": str(room / "data")}
        (room / "callsieve.yaml").write_text(yaml_text(configuration))
        done = subprocess.run(
            [binary(), "audit", "verify", "--config", str(room / "callsieve.yaml")], capture_output=True, text=True, timeout=60)
        self.by_product += 1
        if done.returncode != 0:
            self.problems.append(f"cut {number}: the service says {(done.stdout + done.stderr).strip()[-200:]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 30))
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    verdict, folder = Verdict("power loss"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-power-"))
    print(f"power loss: {options.cuts} cuts of a run of {options.seconds} s, seed {options.seed}")
    with Service(folder) as service:
        shim = Shim(folder, service.data, log=True)
        posters = drive(service, shim, options.seconds, options.seed)
        explorer = Explorer(verdict, service, posters, shim.log, options, folder)
        cuts = explorer.explore()
        syncs = sum(1 for record in explorer.all if record[0] == SYNC_END)
        verdict.check(f"{len(posters.acked)} events were acknowledged under {syncs} syncs", len(posters.acked) > 100)
        verdict.check(f"{explorer.opened} disks of {cuts} cuts hold what was acknowledged before the cut", not explorer.problems,
                      f"{len(explorer.problems)} do not, such as {explorer.problems[:3]}")
        verdict.check(f"the service opens {explorer.by_product} of them, and their audit chain verifies", explorer.by_product > 0)
        synced = synced_marks(shim.log)
        seen = [mark for mark in posters.acked if mark in synced]
        early = [mark for mark in seen if posters.acked[mark] < synced[mark]]
        verdict.check(f"{len(seen)} answers came after the sync that covers them", not early and len(seen) > 0.9 * len(posters.acked),
                      f"{len(early)} came before, {len(posters.acked) - len(seen)} were not found in the log")
        verdict.promise("R2", f"{cuts} power cuts, {explorer.checked} acknowledged events looked for, {len(explorer.problems)} bad disks")
        verdict.promise("R3", f"{len(seen)} answers, {len(early)} before their sync")
    if options.keep or verdict.failed:
        print(f"  kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
