# SPDX-License-Identifier: Apache-2.0
"""B1 durable intake against the bare route and PostgreSQL, B2 one caller against the raw sync, B3 call-time answers while the service is busy."""
import contextlib
import random
import subprocess
import threading
import time

import postgres
from corpus import EVENTS, qualifies
from rig.http import Connection, Reset
from rig.service import ROOT, free_port
from rig.stored import Stored
from workshop import figure, median_and_range

CLIENTS = (64, 256)


class Bare:
    """The bare route; use it in a `with`."""

    def __enter__(self):
        self.port = free_port()
        self.process = subprocess.Popen([str(ROOT / ".build" / "release" / "BareRoute"), str(self.port)], stdin=subprocess.DEVNULL)
        for _ in range(200):
            try:
                Connection(self.port).request("POST", "/", {}, b"x")
                return self
            except (OSError, Reset):
                time.sleep(0.05)
        raise SystemExit("the bare route does not answer")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(timeout=10)


def all_good(result):
    return set(result["statuses"]) == {"200"} and not result["broken"] and result["requests"] == result["planned"]


def settle(sink, expected, limit_s=240):
    """Waits until the receiver has so many distinct deliveries; the seconds that took."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit_s and sink.counts()["distinct"] < expected:
        time.sleep(0.1)
    return time.monotonic() - begun


def run_b1(shop):
    seeded, calls, rounds = shop.scaled(200_000, 2_000), shop.scaled(5_000, 400), shop.scaled(7, 3)
    chance, sink = random.Random(1), shop.sink()
    sink.start()
    ratios = {(side, clients): [] for side in ("bare", "postgres") for clients in CLIENTS}
    ours = {clients: [] for clients in CLIENTS}
    p99 = {clients: [] for clients in CLIENTS}
    orders, measured, good, drained = 0, 0, True, []
    try:
        with shop.service("b1", sink) as service, Bare() as bare, contextlib.ExitStack() as others:
            yardstick = others.enter_context(postgres.Postgres(shop.folder)) if postgres.programs() else None
            if not yardstick:
                print("B1: PostgreSQL is not installed: no ratio_to_pgbench")
            service.start()
            begun = time.monotonic()
            shop.seed(service, seeded)
            figure("B1", "stored_calls_before", seeded, "calls")
            figure("B1", "seeding", 2 * seeded / (time.monotonic() - begun), "events/s", 0)
            for number in range(rounds + 1):
                for clients in CLIENTS:
                    first = shop.next_number
                    file = shop.requests(service, calls)
                    orders += sum(qualifies(n) for n in range(first, first + calls))
                    measured += calls
                    result = {}
                    sides = [("bare", bare.port), ("ours", service.port)] + ([("postgres", None)] if yardstick else [])
                    chance.shuffle(sides)
                    for side, port in sides:
                        if side == "postgres":
                            result[side] = {"per_s": yardstick.inserts(clients, EVENTS * calls)}
                            continue
                        result[side] = shop.load(port, file, clients)
                        if not all_good(result[side]):
                            print(f"B1: not all answers of {side} were 200: {result[side]}")
                            good = False
                    drained.append(settle(sink, orders))
                    if number == 0:
                        continue  # the first round warms both sides up
                    for side in result.keys() - {"ours"}:
                        ratios[side, clients].append(result["ours"]["per_s"] / result[side]["per_s"])
                    ours[clients].append(result["ours"]["per_s"])
                    p99[clients].append(result["ours"]["p99_us"] / 1000)
            good &= service.stop() == 0
            good &= correct(service, sink, seeded, measured, orders)
    finally:
        sink.stop()
    for clients in CLIENTS:
        median_and_range("B1", f"ratio_to_bare_route_c{clients}", ratios["bare", clients], "x")
        if ratios["postgres", clients]:
            median_and_range("B1", f"ratio_to_pgbench_c{clients}", ratios["postgres", clients], "x")
        median_and_range("B1", f"events_per_second_c{clients}", ours[clients], "events/s", 0)
        median_and_range("B1", f"answer_p99_c{clients}", p99[clients], "ms", 1)
    figure("B1", "longest_drain_after_a_round", max(drained), "s", 1)
    figure("B1", "correct", "yes" if good else "NO", "")
    return good


def correct(service, sink, seeded, measured, orders):
    """What was stored and delivered against what was sent."""
    with Stored(service.data) as stored:
        events, calls = stored.count("events"), stored.count("calls")
        qualified = stored.count("leads", "status = 'QUALIFIED'")
    counts = sink.counts()
    expected = {"calls": seeded + measured, "events": 2 * seeded + EVENTS * measured, "qualified": orders, "delivered": orders}
    found = {"calls": calls, "events": events, "qualified": qualified, "delivered": counts["distinct"]}
    for name, value in found.items():
        figure("B1", f"counted_{name}", value, "")
    if found != expected:
        print(f"B1: expected {expected}")
    return found == expected


def run_b2(shop):
    rounds, calls, good = shop.scaled(7, 3), shop.scaled(200, 30), True
    sink = shop.sink()
    sink.start()
    over, answers, syncs = [], [], []
    try:
        with shop.service("b2", sink) as service:
            service.start()
            shop.load(service.port, shop.requests(service, calls), 1)
            for _ in range(rounds):
                sync = shop.raw_sync()["p50_us"]
                result = shop.load(service.port, shop.requests(service, calls), 1)
                good &= all_good(result)
                sync = (sync + shop.raw_sync()["p50_us"]) / 2
                over.append(result["p50_us"] - 1.5 * sync)
                answers.append(result["p50_us"])
                syncs.append(sync)
    finally:
        sink.stop()
    median_and_range("B2", "answer_p50_one_client", answers, "us", 0)
    median_and_range("B2", "raw_sync_p50", syncs, "us", 0)
    median_and_range("B2", "answer_p50_above_1.5_syncs", over, "us", 0)
    figure("B2", "correct", "yes" if good else "NO", "")
    return good


class Busy:
    """What goes on beside the call-time answers of B3: searches, and clients that send a byte now and then."""

    def __init__(self, service, slow):
        self.service, self.slow, self.stop = service, slow, threading.Event()
        self.searches, self.errors = 0, 0

    def __enter__(self):
        self.threads = [threading.Thread(target=self.search, daemon=True), threading.Thread(target=self.dawdle, daemon=True)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=20)

    def search(self):
        api = self.service.api()
        while not self.stop.is_set():
            try:
                api.get("/api/v1/leads?status=QUALIFIED&limit=100")
                api.get("/api/v1/calls?state=all&limit=100")
                self.searches += 2
            except Exception:  # counted: the answers to hooks are what is measured
                self.errors += 1
            time.sleep(0.1)

    def dawdle(self):
        import socket
        peers = []
        for _ in range(self.slow):
            try:
                peer = socket.create_connection(("127.0.0.1", self.service.port), timeout=5)
                peer.sendall(b"POST /hooks/demo HTTP/1.1\r\nHost: x\r\n")
                peers.append(peer)
            except OSError:
                self.errors += 1
        while not self.stop.wait(1):
            for peer in peers:
                try:
                    peer.sendall(b"X: y\r\n")
                except OSError:
                    pass
        for peer in peers:
            peer.close()


def run_b3(shop):
    rate, seconds, backlog = shop.scaled(2_000, 500), shop.scaled(10, 3), shop.scaled(4_000, 300)
    sink, good = shop.sink(), True
    with shop.service("b3", sink) as service:
        service.start()
        # orders that wait for a receiver that is not there yet, to be drained while answers are measured
        good &= all_good(shop.load(service.port, shop.requests(service, backlog), 64))
        calm = shop.load(service.port, shop.requests(service, rate * seconds // 2, only=(0,)), 64, group=1, rate=rate)
        sync = shop.raw_sync(2000)
        try:
            sink.start()
            file = shop.requests(service, rate * seconds, only=(0,))
            with Busy(service, shop.scaled(1_000, 50)) as busy:
                result = shop.load(service.port, file, 256, group=1, rate=rate, limit=60)
            good &= all_good(result)
            settle(sink, backlog // 2)
            delivered = sink.counts()["distinct"]
        finally:
            sink.stop()
        service.stop()
        with Stored(service.data) as stored:
            lost = result["requests"] - stored.count("calls") + backlog + rate * seconds // 2
    figure("B3", "offered", rate, "answers/s")
    figure("B3", "answered", result["per_s"], "answers/s", 0)
    figure("B3", "answer_p50", result["p50_us"] / 1000, "ms", 1)
    figure("B3", "answer_p99", result["p99_us"] / 1000, "ms", 1)
    figure("B3", "answer_longest", result["max_us"] / 1000, "ms", 1)
    figure("B3", "answer_p99_undisturbed", calm["p99_us"] / 1000, "ms", 1)
    figure("B3", "goal_p99_4_syncs_and_5_ms", 4 * sync["p99_us"] / 1000 + 5, "ms", 1)
    figure("B3", "lost", lost, "calls")
    figure("B3", "searches_beside", busy.searches, "")
    figure("B3", "delivered_of_backlog", delivered, f"of {backlog // 2}")
    return good and lost == 0
