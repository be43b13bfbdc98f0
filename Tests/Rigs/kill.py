# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random times, while 64 clients post webhooks, operators brief, and leads go to a receiver that sometimes
creates and then drops the answer (R1, R6, R9, R10).

    python3 Tests/Rigs/kill.py [--kills 50] [--clients 64] [--seed N] [--keep]

After each kill and at the end: every acknowledged event is in the store once. At the end: every lead closed as qualified
stands in the receiver's ledger exactly once, nothing else does, each lead's deliveries came in order and one at a time.
"""
import argparse
import collections
import json
import queue
import random
import shutil
import tempfile
import threading
import time

from rig.api import Refused
from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.receiver import Receiver
from rig.service import Service
from rig.stored import Stored
from rig.verdict import Verdict

ANSWERS = {"qualify": {"purpose": "project", "budget": "700 000"}, "drop": {"purpose": "project", "budget": "100 000"}}


class Journal:
    """What the service has acknowledged, as the clients saw it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acked, self.answers, self.other = set(), {}, collections.Counter()
        self.unknown = 0

    def ack(self, mark, body):
        with self.lock:
            first = self.answers.setdefault(mark, body)
            self.acked.add(mark)
            if first != body:
                self.other["another answer to the same event"] += 1

    def lost(self):
        with self.lock:
            self.unknown += 1

    def odd(self, status):
        with self.lock:
            self.other[status] += 1

    def snapshot(self):
        with self.lock:
            return set(self.acked)


class Load:
    """The clients and the operators. `calls` are handed to operators when their `answered` event was acknowledged."""

    def __init__(self, service, seed, clients):
        self.service, self.secret, self.journal = service, service.secret, Journal()
        self.run, self.clients = f"{seed:x}", clients
        self.stop, self.gate = threading.Event(), threading.Event()
        self.to_brief, self.next_number, self.lock = queue.LifoQueue(maxsize=200), 0, threading.Lock()
        self.closed = {}
        self.stories = []
        self.problems = collections.Counter()
        self.seed = seed

    def story(self, chance):
        with self.lock:
            self.next_number += 1
            number = self.next_number
        # one in ten calls comes from few numbers, so that repeat calls follow their lead into the CRM
        caller = f"+7495100{chance.randrange(40):04}" if chance.random() < 0.1 else f"+7495{number % 9_000_000 + 1_000_000:07}"
        kind = "answered" if chance.random() < 0.8 else "missed"
        story = CallStory(self.run, number, caller, kind, digits=chance.choice(["1", "2", "55"]))
        with self.lock:
            self.stories.append(story)
        return story

    def until_acked(self, connection, mark, body):
        """As a PBX that tries again: the same event until a 2xx, or until the test is over."""
        while not self.stop.is_set():
            try:
                answer = post(connection, self.secret, mark, body)
                if answer.status == 200:
                    self.journal.ack(mark, answer.body)
                    return True
                self.journal.odd(answer.status)
            except ConnectionRefusedError:
                pass
            except (Reset, OSError):
                self.journal.lost()
            time.sleep(0.02)
        return False

    def client(self, index):
        chance, connection = random.Random(f"{self.seed} client {index}"), Connection(self.service.port, timeout=15)
        while not self.stop.is_set():
            story = self.story(chance)
            for mark, body in story.events():
                if not self.until_acked(connection, mark, body):
                    break
                if chance.random() < 0.02:
                    self.until_acked(connection, mark, body)
                if mark.endswith("-answered") and story.digits != "55" and chance.random() < 0.6:
                    try:
                        self.to_brief.put_nowait(story)
                    except queue.Full:
                        pass
                self.gate.wait()
        connection.close()

    def operator(self, index):
        chance = random.Random(f"{self.seed} operator {index}")
        api = self.service.api(f"Operator {index}")
        while not self.stop.is_set() or not self.to_brief.empty():
            try:
                story = self.to_brief.get(timeout=0.2)
            except queue.Empty:
                continue
            self.brief(api, story, "qualify" if chance.random() < 0.6 else "drop")

    def brief(self, api, story, want):
        """Briefs one call; tries again after a lost answer, as an operator whose page reloads."""
        for _ in range(60):
            try:
                call = self.find(api, story)
                briefing = api.take(call)
                lead = briefing["lead"]
                if briefing["state"] != "closed":
                    for fact, value in ANSWERS[want].items():
                        api.answer(lead, fact, value)
                    briefing = api.close(lead)
                with self.lock:
                    self.closed[lead] = briefing.get("status")
                return
            except Refused as refused:
                if refused.status in (409, 404, 422, 400):
                    # the lead is already closed, or another operator holds it (a repeat call)
                    self.problems[refused.status] += 1
                    return
            except (Reset, OSError, KeyError):
                pass
            if self.stop.is_set():
                return
            time.sleep(0.1)

    def find(self, api, story):
        """Our id of a PBX's call."""
        for call in api.get(f"/api/v1/calls?source=demo&call_id={story.id}")["items"]:
            if call["call_id"] == story.id:
                return call["id"]
        raise KeyError(story.id)

    def begin(self):
        self.gate.set()
        targets = [(self.client, i) for i in range(self.clients)] + [(self.operator, i) for i in range(3)]
        self.threads = [threading.Thread(target=target, args=(i,), daemon=True) for target, i in targets]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(timeout=30)


def check_acked(verdict, service, journal, when, loud):
    """Every event that was acknowledged before the look is in the store, once."""
    acked = journal.snapshot()
    with Stored(service.data) as stored:
        counts = stored.event_counts()
    missing = [mark for mark in acked if counts[mark] == 0]
    double = [mark for mark, count in counts.items() if count > 1]
    if loud or missing or double:
        verdict.check(f"{when}: {len(acked)} acknowledged events are there", not missing, f"{len(missing)} missing, such as {missing[:3]}")
        verdict.check(f"{when}: each once", not double, f"{len(double)} double, such as {double[:3]}")


def settle(api, limit_s=90):
    """Waits until nothing is waiting or being sent; the last count of open orders."""
    deadline, open_orders = time.monotonic() + limit_s, -1
    while time.monotonic() < deadline:
        open_orders = sum(
            1 for state in ("waiting", "sending") for _ in api.get(f"/api/v1/outbox?state={state}&limit=200")["items"])
        if open_orders == 0:
            return 0
        time.sleep(0.5)
    return open_orders


def check_ledger(verdict, receiver, qualified, kills):
    """The receiver's own record against the leads that the service calls qualified."""
    ledger = receiver.lines()
    deliveries = collections.defaultdict(list)
    for line in ledger:
        if line["created"]:
            kind = json.loads(line["body"]).get("type", "")
            deliveries[line["key"]].append((line["at"], kind, line["id"]))
    created = {key: [entry for entry in entries if entry[1] == "lead.qualified"] for key, entries in deliveries.items()}
    twice = [key for key, entries in created.items() if len(entries) > 1]
    missing, strange = qualified - set(created), set(created) - qualified
    verdict.check(f"{len(qualified)} qualified leads are in the ledger", not missing, f"{len(missing)} missing, such as {sorted(missing)[:3]}")
    verdict.check("each exactly once", not twice, f"{len(twice)} twice, such as {twice[:3]}")
    verdict.check("nothing else is there", not strange, f"{len(strange)}, such as {sorted(strange)[:3]}")
    verdict.check("no request had a bad signature", all(line["what"] != "bad signature" for line in ledger))
    late = [key for key, entries in deliveries.items() if entries and sorted(entries)[0][1] != "lead.qualified"]
    verdict.check("a lead's own order came before its later ones", not late, f"{len(late)} inverted, such as {late[:3]}")
    overlaps = 0
    by_key = collections.defaultdict(list)
    for line in ledger:
        by_key[line["key"]].append(line)
    for lines in by_key.values():
        lines.sort(key=lambda line: line["at"])
        for earlier, later in zip(lines, lines[1:]):
            # a request cut off by a kill may still be worked on when the next process sends again
            killed = any(earlier["at"] <= at <= later["at"] for at in kills)
            overlaps += later["at"] < earlier["done"] and not killed
    verdict.check("one request of a lead at a time", overlaps == 0, f"{overlaps} overlaps")
    behaviours = collections.Counter(line["what"] for line in ledger)
    print(f"  receiver: {len(ledger)} requests; " + ", ".join(f"{count} {what}" for what, count in behaviours.most_common()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 1 << 30))
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    chance, verdict = random.Random(options.seed), Verdict("kill -9")
    print(f"kill -9: {options.kills} kills, {options.clients} clients, seed {options.seed}")
    folder = tempfile.mkdtemp(prefix="callsieve-kill-")

    with Receiver(folder, seed=options.seed, bad=0.25) as receiver:
        def change(configuration):
            configuration["accounts"] = {"sink": receiver.account()}
            configuration["default account"] = "sink"
            configuration["hangup grace"] = "1 s"
            configuration["briefing grace"] = "10 min"

        with Service(folder, change) as service:
            starts, kills = [service.start()], []
            load = Load(service, options.seed, options.clients)
            load.begin()
            for number in range(1, options.kills + 1):
                time.sleep(chance.uniform(0.15, 1.2))
                service.kill()
                kills.append(time.time())
                load.gate.clear()
                check_acked(verdict, service, load.journal, f"kill {number}", number % 10 == 0)
                load.gate.set()
                starts.append(service.start())
            time.sleep(2)
            load.end()
            receiver.mode("good")
            api = service.api()
            left = settle(api)
            verdict.same("orders still open", left, 0)
            qualified = {lead["key"] for lead in api.pages("/api/v1/leads?status=QUALIFIED")}
            calls = [call["call_id"] for call in api.pages("/api/v1/calls?state=all")]
            said = {lead for lead, status in load.closed.items() if status == "QUALIFIED"}
            known = {lead["id"] for lead in api.pages("/api/v1/leads?status=QUALIFIED")}
            verdict.check(f"{len(said)} closes answered QUALIFIED are qualified", said <= known, f"{len(said - known)} are not")
            verdict.check("some leads were briefed", len(load.closed) > 0)
            code = service.stop()
            verdict.same("exit status after SIGTERM", code, 0)
            check_acked(verdict, service, load.journal, "at the end", True)
            check_ledger(verdict, receiver, qualified, kills)
            audit = service.command("audit", "verify")
            verdict.check("the audit chain verifies", audit.returncode == 0, (audit.stdout + audit.stderr)[-300:])
            with Stored(service.data) as stored:
                verdict.same("integrity check", stored.integrity(), "ok")
            begun = {story.id for story in load.stories}
            acked = {mark.split("-", 1)[1].rsplit("-", 1)[0] for mark in load.journal.acked}
            known = collections.Counter(calls)
            verdict.check(f"{len(acked)} calls that were acknowledged are listed once", all(known[call] == 1 for call in acked),
                          f"missing {[call for call in acked if not known[call]][:3]}, double {[call for call in known if known[call] > 1][:3]}")
            verdict.check("no other call is listed", set(known) <= begun, f"{len(set(known) - begun)} are strange")
            unexpected = {status: count for status, count in load.journal.other.items() if status != 503}
            verdict.check("answers were 200 or 503 only, a repeated event got its first answer", not unexpected, str(unexpected))
            print(f"  {len(load.journal.acked)} events acknowledged, {load.journal.unknown} answers lost, {load.journal.other[503]} times 503,"
                  f" {len(load.closed)} briefings closed, not briefed {dict(load.problems)}")
            verdict.promise("R1", f"{options.kills} kills, {len(load.journal.acked)} events acknowledged")
            verdict.promise("R9", f"{options.kills} kills, {len(qualified)} leads delivered, each once")
            print(f"  ready after {sorted(starts)[len(starts) // 2]:.2f} s (median), {max(starts):.2f} s (longest)")
    if options.keep or verdict.failed:
        print(f"  kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
