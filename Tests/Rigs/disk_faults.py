# SPDX-License-Identifier: Apache-2.0
"""A disk that fails, stalls, and an input that ends the process (R4, R38, R12).

    python3 Tests/Rigs/disk_faults.py [--syncs 12] [--seed N] [--only sync|stall|trap]

sync   the n-th sync fails with EIO or ENOSPC: its batch gets 503, the process ends with an error, nothing acknowledged is gone.
stall  syncs take ten seconds: who asks during a call gets 503 by the dialect's deadline, never an unsynced 2xx.
trap   a write that holds one call's id ends the process as a trap does: after three starts that input is set apart.
"""
import argparse
import errno
import json
import pathlib
import random
import shutil
import tempfile
import threading
import time

from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.load import Posters, lost_and_double
from rig.service import Service
from rig.shim import Shim
from rig.stored import Stored
from rig.verdict import Verdict


def service_with_shim(folder):
    service = Service(folder)
    shim = Shim(folder, service.data)
    service.environment = shim.environment
    return service, shim


def failed_syncs(verdict, folder, count, seed):
    chance = random.Random(seed)
    service, shim = service_with_shim(folder / "sync")
    acked, codes, ended = {}, [], 0
    with service:
        for number in range(count):
            nth = number if number < 8 else chance.randrange(1, 200)
            service.start()
            posters = Posters(service, f"{seed:x}{number}", clients=16, seed=seed + number)
            shim.fail_sync(nth, chance.choice((errno.EIO, errno.ENOSPC)))
            posters.begin()
            try:
                service.process.wait(timeout=30)
                ended += 1
            except Exception:
                service.kill()
            codes.append(service.process.returncode)
            posters.end()
            shim.quiet()
            acked |= posters.acked
            odd = set(posters.statuses) - {200, 503}
            verdict.check(f"sync {nth}: answers were 200 or 503", not odd, str(posters.statuses)) if odd else None
        service.start()
        service.stop()
        with Stored(service.data) as stored:
            lost, double = lost_and_double(acked, stored.event_counts())
            integrity = stored.integrity()
    verdict.same("processes that ended by themselves after a failed sync", ended, count)
    verdict.check("each with an error", all(code not in (0, None) for code in codes), str(codes))
    verdict.check(f"{len(acked)} acknowledged events are there once", not lost and not double, f"{len(lost)} lost, {len(double)} double")
    verdict.same("integrity check", integrity, "ok")
    verdict.promise("R4", f"{count} failed syncs, {len(acked)} events acknowledged, {len(lost)} lost, {len(double)} double")


def stalled_syncs(verdict, folder, seed):
    service, shim = service_with_shim(folder / "stall")
    with service:
        service.start()
        warm = Connection(service.port)
        for mark, body in CallStory("warm", 1, "+74951000001").events():
            post(warm, service.secret, mark, body)
        shim.stall(10_000, times=1)
        found, lock = [], threading.Lock()

        def ask(number):
            mark, body = CallStory("stall", number, f"+7495200{number:04}").event("decide")
            connection, begun = Connection(service.port, timeout=30), time.monotonic()
            try:
                status = post(connection, service.secret, mark, body).status
            except (Reset, OSError) as error:
                status = str(error)
            with lock:
                found.append((status, time.monotonic() - begun, mark))

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(40)]
        for thread in threads:
            thread.start()
            time.sleep(0.05)
        for thread in threads:
            thread.join()
        slowest = max(seconds for _, seconds, _ in found)
        statuses = {status for status, _, _ in found}
        shim.quiet()
        healed, after, number = time.monotonic(), {503}, 0
        while time.monotonic() - healed < 20 and after != {200}:
            number += 1
            after = {post(Connection(service.port), service.secret, mark, body).status for mark, body in CallStory("after", number, "+74951000009").events()}
        healed = time.monotonic() - healed
        service.stop()
    verdict.check(f"40 asks while the disk stalls: {sorted(statuses, key=str)}", statuses == {503}, str(found[:5]))
    verdict.check(f"each answered within the dialect's second ({slowest:.2f} s)", slowest < 1.5)
    verdict.check(f"{healed:.1f} s after the last of them a call goes through", after == {200} and healed < 12, str(after))
    verdict.promise("R38", f"{len(found)} asks during a stall of 10 s, slowest answer {slowest:.2f} s, 0 false 2xx")


def trapping_input(verdict, folder, seed):
    service, shim = service_with_shim(folder / "trap")
    with service:
        service.start()
        shim.control.trap_mark = b"ev-trap-1-digits"
        posters = Posters(service, "good", clients=4, seed=seed)
        posters.begin()
        bad = CallStory("trap", 1, "+74952000001")
        mark, body = bad.event("digits", digits="1")
        starts, deadline = 0, time.monotonic() + 90
        quarantined = False
        while time.monotonic() < deadline and not quarantined:
            try:
                answer = post(Connection(service.port, timeout=10), service.secret, mark, body)
                quarantined = answer.status != 503
            except (Reset, OSError):
                pass
            if service.process.poll() is not None:
                starts += 1
                if starts > 6:
                    break
                try:
                    service.start()
                except SystemExit:  # it trapped again on what the last one left in hand
                    continue
        time.sleep(1)
        posters.end()
        state = service.api().get("/api/v1/admin/state") if service.process.poll() is None else {}
        names = state.get("quarantined", [])
        shim.quiet()
        code = service.stop()
        with Stored(service.data) as stored:
            lost, double = lost_and_double(posters.acked, stored.event_counts())
    verdict.check(f"the input was set apart after {starts} ends", 1 <= starts <= 3 and quarantined, service.tail(3))
    verdict.check("the administrator is told", len(names) >= 1, json.dumps(state)[:300])
    verdict.check(f"{len(posters.acked)} other events are there once", not lost and not double and len(posters.acked) > 0, f"{len(lost)} lost, {len(double)} double")
    verdict.same("exit status after SIGTERM", code, 0)
    verdict.promise("R12", f"set apart after {starts} ends of the process, {len(posters.acked)} other events stored, {len(lost)} lost")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--syncs", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 30))
    parser.add_argument("--only", choices=("sync", "stall", "trap"))
    options = parser.parse_args()
    verdict, folder = Verdict("disk faults"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-faults-"))
    print(f"disk faults: seed {options.seed}")
    if options.only in (None, "sync"):
        failed_syncs(verdict, folder, options.syncs, options.seed)
    if options.only in (None, "stall"):
        stalled_syncs(verdict, folder, options.seed)
    if options.only in (None, "trap"):
        trapping_input(verdict, folder, options.seed)
    if verdict.failed:
        print(f"  kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
