# SPDX-License-Identifier: Apache-2.0
"""Real SIP calls through a real proxy (kamailio/) into the service, some of them briefed, and what came of each.

    python3 Tests/Rigs/real.py [--calls 100] [--rate 10]

Calls of all kinds are placed: answered, given up, busy, not answered, from numbers of the black list (refused with 603) and from
clients (redirected with 302 to their manager). A driver briefs 40 % of them over the API. Then the proxy, the service and the sales book must tell the same story.
"""
import argparse
import collections
import csv
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time

from rig.api import Api, Refused
from rig.http import Reset
from rig.service import Service
from rig.signing import new_secret
from rig.verdict import Verdict

RIG = pathlib.Path(__file__).resolve().parent / "kamailio" / "run-calls.sh"
ANSWERS = (
    ("QUALIFIED", {"purpose": "project", "budget": "700 000"}),
    ("QUALIFIED", {"purpose": "project", "budget": "300 000"}),
    ("NOT_QUALIFIED", {"purpose": "project", "budget": "250 000"}),
    ("NOT_A_LEAD", {"purpose": "vendor"}),
)


def callers(folder, calls):
    """Every tenth is on the black list, every tenth a client, every twentieth withholds the number, nobody calls twice."""
    lines = []
    for i in range(calls):
        if i % 10 == 4:
            lines.append(f"+4416329609{i % 100:02};Auto Dialler")
        elif i % 10 == 7:
            lines.append(f"+4930231250{i % 100:02};Our Client")
        elif i % 20 == 19:
            lines.append("anonymous;Anonymous")
        else:
            lines.append(f"+7495200{i:04};Caller {i}")
    file = folder / "callers.txt"
    file.write_text("\n".join(lines) + "\n")
    return file


def ended_by_us(number):
    """What our own answer makes of a call, or None."""
    return "BLOCKED" if number.startswith("+4416329609") else "DIVERTED" if number.startswith("+4930231250") else None


def planned(logs):
    """What each placed call should have become: a counter of (caller, outcome)."""
    by_ending = {"01": "ANSWERED", "02": "MISSED", "03": "BUSY"}
    plan = collections.Counter()
    for name in ("caller", "giver"):
        with open(logs / f"{name}.csv", encoding="utf-8") as file:
            for row in csv.reader(file, delimiter=";"):
                if len(row) < 3:
                    continue
                number = None if row[0] == "anonymous" else row[0]
                ours = ended_by_us(number) if number else None
                outcome = ours or ("MISSED" if name == "giver" else by_ending[row[2][-2:]])
                plan[number, outcome] += 1
    return plan


def received(status, logs):
    """Answers of that status that SIPp's callers counted, from their last screens."""
    total = 0
    for name in ("caller", "giver"):
        file = logs / f"{name}.out"
        if file.exists():
            counts = re.findall(rf"^\s*{status} <-+\s+(\d+)", file.read_text(errors="replace"), re.M)
            total += int(counts[-1]) if counts else 0
    return total


class Operator(threading.Thread):
    """Briefs answered calls while they go on, until `wanted` are closed."""

    def __init__(self, service, wanted):
        super().__init__(daemon=True)
        self.api, self.wanted = service.api("Anna Petrova"), wanted
        self.closed, self.problems, self.stop = {}, [], threading.Event()

    def run(self):
        seen = set()
        while len(self.closed) < self.wanted and not self.stop.is_set():
            try:
                calls = list(self.api.pages("/api/v1/calls?state=all"))
            except (Reset, OSError):
                calls = []
            for call in calls:
                answered = call["state"] == "talking" or call["outcome"] == "ANSWERED"
                if answered and call["id"] not in seen and len(self.closed) < self.wanted:
                    seen.add(call["id"])
                    self.brief(call)
            time.sleep(0.1)

    def brief(self, call):
        expected, answers = ANSWERS[len(self.closed) % len(ANSWERS)]
        try:
            briefing = self.api.brief(call["id"], answers)
        except (Refused, Reset, OSError, KeyError) as error:
            self.problems.append(f"{call['call_id']}: {error!r}")
            return
        self.closed[briefing["lead"]] = (expected, briefing.get("status"))


def wait_for(what, limit_s):
    """The first true value of `what()`, else its last one."""
    deadline = time.monotonic() + limit_s
    while not (value := what()) and time.monotonic() < deadline:
        time.sleep(0.3)
    return value


def check_calls(verdict, api, plan, calls):
    found = list(api.pages("/api/v1/calls?state=all"))
    verdict.same("calls that the service knows", len(found), calls)
    outcomes = collections.Counter((call["caller"]["number"], call["outcome"]) for call in found)
    wrong = (outcomes - plan) + (plan - outcomes)
    verdict.check("each caller's call has its outcome", not wrong, f"{len(wrong)} differ, such as {list(wrong)[:4]}")
    kinds = collections.Counter(call["outcome"] for call in found)
    print("  outcomes: " + ", ".join(f"{count} {name}" for name, count in sorted(kinds.items(), key=str)))
    gaps = [call["call_id"] for call in found if call["incomplete"] and call["outcome"] not in ("BLOCKED", "DIVERTED")]
    verdict.check("no call is incomplete", not gaps, f"{len(gaps)}, such as {gaps[:3]}")
    return found


def check_leads(verdict, api, found):
    """Every call ends in a lead with a status and, unless it is qualified, a reason; or in a refusal with one."""
    leads = {lead["id"]: lead for lead in api.pages("/api/v1/leads")}
    silent = []
    for call in found:
        if call["lead"]:
            lead = leads.get(call["lead"])
            told = lead and (lead["status"] == "QUALIFIED" or lead["reason"])
        else:
            told = call["ring"] and call["ring"]["reason"]
        if not told:
            silent.append(call["call_id"])
    verdict.check("every call is listed with its reason", not silent, f"{len(silent)} are not, such as {silent[:3]}")
    refused = [call for call in found if call["outcome"] == "BLOCKED"]
    diverted = [call for call in found if call["outcome"] == "DIVERTED"]
    verdict.check(f"{len(diverted)} redirected calls made no lead", all(not call["lead"] for call in diverted))
    missed = [call for call in found if call["outcome"] == "MISSED"]
    kept = all(call["lead"] and leads[call["lead"]]["status"] == "NEEDS_CALLBACK" for call in missed)
    verdict.check(f"{len(missed)} missed calls are leads to be called back", bool(missed) and kept)
    verdict.check(f"{len(refused)} refused calls made no lead", all(not call["lead"] for call in refused))
    statuses = collections.Counter((lead["status"], lead["reason"]) for lead in leads.values())
    print("  leads: " + ", ".join(f"{count} {status} {reason or ''}".strip() for (status, reason), count in statuses.most_common()))
    return leads


def book_cards(service):
    """Key → how many cards, over the book's own API."""
    api = Api(service.port, service.token)
    return collections.Counter(card["key"] for card in api.pages("/book/api/v1/cards"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--rate", type=int, default=10)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    folder, verdict = pathlib.Path(tempfile.mkdtemp(prefix="callsieve-real-")), Verdict("real calls")
    print(f"real calls: {options.calls} through Kamailio, {options.rate} a second")
    (folder / "pbx.token").write_text(new_secret().removeprefix("whsec_") + "\n")
    os.chmod(folder / "pbx.token", 0o600)

    def change(configuration):
        configuration["country"] = "GB"
        configuration["hangup grace"] = "3 s"
        configuration["sources"]["pbx"] = {
            "dialect": "kamailio", "secrets": {"bearer": {"file": str(folder / "pbx.token")}}, "country": "GB",
            "texts": {"divert by": "redirect"}}
        configuration["targets"] = {"account manager": {"pbx": "sip:manager@pbx.example"}}
        configuration["lines"] = {f"+1202555010{i}": {"name": name, "channel": "site", "group": "sales"}
                                  for i, name in ((1, "main"), (2, "ads"), (3, "tender"))}

    with Service(folder, change) as service:
        service.start()
        operator = Operator(service, wanted=options.calls * 2 // 5)
        operator.start()
        url, logs = f"http://127.0.0.1:{service.port}/hooks/pbx", folder / "logs"
        rig = subprocess.run(
            ["bash", str(RIG), url, str(options.calls), "--decide", url, "--rate", str(options.rate), "--no-install",
             "--callers", str(callers(folder, options.calls)), "--header",
             f"Authorization: Bearer {(folder / 'pbx.token').read_text().strip()}", "--logs", str(logs)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200)
        print("  " + rig.stdout.strip().replace("\n", "\n  "))
        verdict.check("the rig ended well", rig.returncode == 0, f"status {rig.returncode} {rig.stderr.strip()[-300:]}")
        verdict.check("0 events lost, 0 calls let through undecided", "; 0 events lost, 0 calls let through" in rig.stdout)
        operator.join(timeout=20)
        operator.stop.set()
        plan, api = planned(logs), service.api()
        blocked = sum(count for (_, outcome), count in plan.items() if outcome == "BLOCKED")
        verdict.same("callers of the black list", blocked, len([i for i in range(options.calls) if i % 10 == 4]))
        verdict.same("callers who got 603", received(603, logs), blocked)
        diverted = sum(count for (_, outcome), count in plan.items() if outcome == "DIVERTED")
        verdict.same("clients", diverted, len([i for i in range(options.calls) if i % 10 == 7]))
        verdict.same("callers who got 302", received(302, logs), diverted)
        decided = re.search(r"decided: (\d+) accept, (\d+) reject, (\d+) redirect", rig.stdout)
        counts = tuple(int(count) for count in decided.groups()) if decided else None
        verdict.same("calls that the proxy accepted, rejected, redirected", counts, (options.calls - blocked - diverted, blocked, diverted))
        verdict.same("calls briefed", len(operator.closed), operator.wanted)
        wrong = [pair for pair in operator.closed.values() if pair[0] != pair[1]]
        verdict.check("each briefing closed as its answers say", not wrong and not operator.problems, f"{wrong[:3]} {operator.problems[:3]}")

        def none_open():
            return not api.get("/api/v1/leads?status=NEW,BRIEFING&limit=1")["items"]

        verdict.check("every call was decided", wait_for(none_open, 20))
        found = check_calls(verdict, api, plan, options.calls)
        leads = check_leads(verdict, api, found)
        expected = collections.Counter(leads[lead]["key"] for lead, (_, status) in operator.closed.items() if status == "QUALIFIED")
        wait_for(lambda: book_cards(service) == expected, 20)
        cards = book_cards(service)
        verdict.check(f"the book holds the {len(expected)} leads closed as qualified, each once", cards == expected,
                      f"{len(cards)} cards, missing {sorted((expected - cards))[:3]}, too many {sorted((cards - expected))[:3]}")
        listed = service.command("leads", "list")
        verdict.check("callsieve leads list", listed.returncode == 0, listed.stderr[-300:])
        audit = service.command("audit", "verify")
        verdict.check("the audit chain verifies", audit.returncode == 0, (audit.stdout + audit.stderr)[-300:])
        verdict.same("exit status after SIGTERM", service.stop(), 0)
    if options.keep or verdict.failed:
        print(f"  kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
