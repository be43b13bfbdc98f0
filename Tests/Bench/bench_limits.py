# SPDX-License-Identifier: Apache-2.0
"""B10 start with a long queue, B11 three times the load that fits, B12 ten thousand slow clients (RELIABILITY.md R44, R26, R25)."""
import pathlib
import resource
import socket
import sqlite3
import statistics
import threading
import time

from corpus import EVENTS
from workshop import figure, median_and_range


def descriptors(service):
    return len(list(pathlib.Path(f"/proc/{service.process.pid}/fd").iterdir()))


def threads(service):
    return len(list(pathlib.Path(f"/proc/{service.process.pid}/task").iterdir()))


class SlowClients:
    """Connections that send a byte of a head now and then, half of a body, or read nothing; use it in a `with`."""

    KINDS = (b"POST /hooks/demo HTTP/1.1\r\nHost: x\r\nX-A: ", b"POST /hooks/demo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nhalf", b"")

    def __init__(self, port, count):
        self.port, self.count, self.peers, self.stop = port, count, [], threading.Event()

    def __enter__(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        for number in range(self.count):
            try:
                peer = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                peer.sendall(self.KINDS[number % 3])
                peer.setblocking(False)
                self.peers.append(peer)
            except OSError:
                break
        self.thread = threading.Thread(target=self.trickle, daemon=True)
        self.thread.start()
        return self

    def trickle(self):
        while not self.stop.wait(2):
            for peer in self.peers:
                try:
                    peer.send(b"x")
                except OSError:
                    pass

    def open(self):
        """How many the service has not ended."""
        count = 0
        for peer in self.peers:
            try:
                count += peer.recv(4096) != b""
            except BlockingIOError:
                count += 1
            except OSError:
                pass
        return count

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join(timeout=10)
        for peer in self.peers:
            peer.close()


def run_b12(shop):
    slow, calls, rounds = shop.scaled(10_000, 500), shop.scaled(2_000, 200), shop.scaled(5, 2)
    ratios, good = [], True
    with shop.service("b12") as service:
        service.start()
        shop.load(service.port, shop.requests(service, calls), 64)
        base, resident = descriptors(service), service.resident_mb()
        for _ in range(rounds):
            alone = shop.load(service.port, shop.requests(service, calls), 64)
            with SlowClients(service.port, slow) as clients:
                beside = shop.load(service.port, shop.requests(service, calls), 64)
                most, peak = descriptors(service), service.resident_mb()
                held, begun = len(clients.peers), time.monotonic()
                while clients.open() and time.monotonic() - begun < 40:
                    time.sleep(0.5)
                gone = time.monotonic() - begun
                left = clients.open()
            good &= set(alone["statuses"]) == set(beside["statuses"]) == {"200"} and left == 0 and held == slow
            ratios.append(beside["per_s"] / alone["per_s"])
        begun = time.monotonic()
        while descriptors(service) > base + 16 and time.monotonic() - begun < 100:
            time.sleep(0.5)  # kept-alive connections of the honest clients end at their own deadline
        after = descriptors(service)
        many = threads(service)
    figure("B12", "slow_clients", held, "")
    median_and_range("B12", "ratio_of_honest_clients", ratios, "x")
    figure("B12", "slow_clients_gone_after", gone, "s", 1)
    figure("B12", "slow_clients_left", left, "")
    figure("B12", "descriptors_before_during_after", f"{base} {most} {after}", "")
    figure("B12", "memory_for_them", peak - resident, "MB", 0)
    figure("B12", "threads", many, "")
    good &= after <= base + 16 and statistics.median(ratios) >= 0.75
    figure("B12", "correct", "yes" if good else "NO", "")
    print(f"promise R25: {held} slow clients, honest ones at {statistics.median(ratios):.2f}x, gone after {gone:.0f} s, {after - base} descriptors left over")
    return good


def run_b11(shop):
    calls, seconds, rounds, connections = shop.scaled(3_000, 300), shop.scaled(5, 2), shop.scaled(5, 2), 1024
    goodput, refusals, longest, good = [], [], [], True
    with shop.service("b11") as service:
        service.start()
        shop.load(service.port, shop.requests(service, calls), 256)
        for _ in range(rounds):
            fits = shop.load(service.port, shop.requests(service, calls), 256)["per_s"]
            offered = 3 * fits
            # single events, offered whether or not the last was answered
            file = shop.requests(service, int(offered * seconds / EVENTS) + 1)
            result = shop.load(service.port, file, connections, group=1, rate=offered, limit=60)
            taken = result["statuses"].get("200", 0)
            good &= set(result["statuses"]) <= {"200", "503", "400"} and not result["broken"]
            goodput.append(taken / result["seconds"] / fits)
            refusals.append(result["refused_p99_us"] / 1000)
            longest.append(result["statuses"].get("503", 0) / max(1, result["requests"]))
        good &= service.stop() == 0
    median_and_range("B11", "goodput_at_3x", goodput, "x")
    median_and_range("B11", "refusal_p99", refusals, "ms", 1)
    median_and_range("B11", "share_refused", longest, "")
    good &= statistics.median(goodput) >= 0.9 and statistics.median(refusals) <= 50
    figure("B11", "correct", "yes" if good else "NO", "")
    print(f"promise R26: three times the load: goodput {statistics.median(goodput):.2f}x, refusals within {statistics.median(refusals):.0f} ms (p99)")
    return good


def multiply_orders(data, wanted):
    """Makes of one waiting order so many, each of a lead of its own: as an outage of the CRM leaves them."""
    database = sqlite3.connect(pathlib.Path(data) / "callsieve.db")
    lead, order = (database.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in ("leads", "orders"))

    def copy(table, row, changes):
        names = [name for (_, name, *_rest) in database.execute(f"PRAGMA table_info({table})")]
        values = [changes.get(name, name) for name in names]
        database.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {wanted}) "
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}, n WHERE id = {row}")

    ulid = "substr(ulid, 1, 18) || printf('%08d', i)"
    copy("leads", lead, {"id": f"{lead} + i", "ulid": ulid, "person": "NULL", "number": "NULL"})
    copy("orders", order, {"id": f"{order} + i", "lead": f"{lead} + i", "ulid": ulid, "lead_key": f"'cs-' || {ulid}"})
    # due now, and the account not known to be down: the outage is over
    database.execute("UPDATE orders SET due_at = 0 WHERE state = 'waiting'")
    database.execute("DELETE FROM order_accounts")
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def run_b10(shop):
    waiting, sink = shop.scaled(1_000_000, 5_000), shop.sink()
    firsts, deliveries = [], []
    with shop.service("b10", sink) as service:
        # the receiver is not there yet: what is ordered waits
        service.start()
        shop.load(service.port, shop.requests(service, 24), 8)
        time.sleep(2)
        service.stop()
        multiply_orders(service.data, waiting)
        sink.start()
        for _ in range(shop.scaled(5, 2)):
            before, begun = sink.counts()["distinct"], time.monotonic()
            firsts.append(service.start())
            while sink.counts()["distinct"] == before and time.monotonic() - begun < 30:
                time.sleep(0.005)
            deliveries.append(time.monotonic() - begun)
            service.kill()
        service.start()
        resident = service.resident_mb()
        service.kill()
    sink.stop()
    figure("B10", "orders_waiting", waiting, "")
    median_and_range("B10", "ready_after_kill", firsts, "s")
    median_and_range("B10", "first_delivery_after_exec", deliveries, "s")
    figure("B10", "resident", resident, "MB", 0)
    good = statistics.median(firsts) <= 0.5 and statistics.median(deliveries) <= 1
    print(f"promise R44: {waiting} orders waiting: ready in {statistics.median(firsts):.2f} s, first delivery after {statistics.median(deliveries):.2f} s")
    return good
