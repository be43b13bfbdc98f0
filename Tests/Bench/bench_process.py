# SPDX-License-Identifier: Apache-2.0
"""START: how soon the service is ready with many stored calls. MEM: what it keeps resident a minute after the start."""
import time

from workshop import figure, median_and_range


def run_start(shop):
    calls, starts = shop.scaled(100_000, 2_000), []
    with shop.service("start") as service:
        service.start()
        shop.seed(service, calls)
        for _ in range(5):
            good = service.stop() == 0
            starts.append(service.start())
        service.kill()
        after_kill = service.start()
        resident = service.resident_mb()
    figure("START", "stored_calls", calls, "calls")
    median_and_range("START", "ready", starts, "s")
    figure("START", "ready_after_kill", after_kill, "s")
    figure("START", "resident_when_ready", resident, "MB", 0)
    return good and max(starts) <= 1


def run_mem(shop):
    wait = shop.scaled(60, 5)
    with shop.service("mem") as service:
        service.start()
        time.sleep(wait)
        resident, own = service.resident_mb(), service.resident_mb("RssAnon")
    figure("MEM", f"of_it_not_from_files_after_{wait}s", own, "MB", 0)
    figure("MEM", f"resident_after_{wait}s", resident, "MB", 0)
    return resident <= 60
