# SPDX-License-Identifier: Apache-2.0
"""Clients that post calls as PBXs do: the same event until a 2xx, and a journal of what was acknowledged when."""
import collections
import random
import threading
import time

from .calls import CallStory, post
from .http import Connection, Reset


class Posters:
    """`clients` threads; each goes on until `end`. Marks of acknowledged events with the time of their 2xx, and all statuses."""

    def __init__(self, service, run, clients=32, seed=1, give_up=False, digits="55"):
        self.service, self.run, self.clients, self.seed = service, run, clients, seed
        self.acked, self.statuses, self.lost = {}, collections.Counter(), 0
        self.stop, self.lock, self.number, self.give_up, self.digits = threading.Event(), threading.Lock(), 0, give_up, digits
        self.slowest = 0.0
        self.threads = []

    def begin(self):
        self.threads = [threading.Thread(target=self.client, args=(i,), daemon=True) for i in range(self.clients)]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def client(self, index):
        chance, connection = random.Random(f"{self.seed} {index}"), Connection(self.service.port, timeout=30)
        while not self.stop.is_set():
            with self.lock:
                self.number += 1
                number = self.number
            kind = "answered" if chance.random() < 0.8 else "missed"
            for mark, body in CallStory(self.run, number, f"+7495{number % 9_000_000 + 1_000_000:07}", kind, self.digits).events():
                if not self.until_acked(connection, mark, body):
                    break
        connection.close()

    def until_acked(self, connection, mark, body):
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                status = post(connection, self.service.secret, mark, body).status
                with self.lock:
                    self.statuses[status] += 1
                    self.slowest = max(self.slowest, time.monotonic() - begun)
                    if status == 200:
                        self.acked.setdefault(mark, time.monotonic_ns())
                if status == 200:
                    return True
                if self.give_up:
                    return False
            except ConnectionRefusedError:
                pass
            except (Reset, OSError):
                with self.lock:
                    self.lost += 1
            time.sleep(0.02)
        return False


def lost_and_double(acked, counts):
    """Acknowledged marks that are not there, and marks that are there twice."""
    return [mark for mark in acked if counts[mark] == 0], [mark for mark, count in counts.items() if count > 1]
