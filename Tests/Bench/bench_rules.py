# SPDX-License-Identifier: Apache-2.0
"""The rules engine against engines that pip installs, on the same tables and calls, in rounds that follow each other in shuffled order.

Every engine answers every call once before it is timed, and its answers are compared with a plain reading of the rows in Python:
an engine with a wrong answer is named. Ours runs in a process of its own and is called there as the others are called here, once a
call in a loop; `numbers` is the table alone with facts that are numbers already, `names` is all that the service does to facts.
"""
import json
import pathlib
import random
import statistics
import subprocess
import sys
import time

from bench_peers import PEERS, install
from workshop import figure

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build" / "release" / "RuleBench"
SERVICES = ["site", "shop", "seo", "ads", "smm", "support", "design", "hosting", "audit", "video", "print", "other"]
REGIONS = [f"region{n}" for n in range(30)]
LINES = ["main", "referral", "tender", "partner", "ads", "print"]
RANGES = {"budget": (0, 3_000_000, 10_000), "start": (0, 365, 1), "repeats": (0, 20, 1)}
FACTS = ["campaign", "service", "region", "line", "budget", "start", "repeats", "decider"]


def random_range(rnd, name, narrow):
    low, high, step = RANGES[name]
    a = rnd.randrange(low, high, step)
    b = min(high, a + step * rnd.randint(1, 8 if narrow else max(2, (high - low) // step // 2)))
    return rnd.choice([("under", None, b), ("from", a, None), ("between", a, b)]) if not narrow else ("between", a, b)


def make_table(shape, count, rnd):
    """Rows of {fact: test}. `sales`: each rule names 2 to 4 facts. `keyed`: each also names one campaign, nearly a key."""
    rows = []
    for number in range(count):
        row = {}
        if shape == "keyed":
            row["campaign"] = ("is", [number if rnd.random() < 0.9 else rnd.randrange(count)], None)
        for name in rnd.sample(FACTS[1:], rnd.randint(1, 2) if shape == "keyed" else rnd.randint(2, 4)):
            if name in RANGES:
                row[name] = random_range(rnd, name, shape == "sales" and rnd.random() < 0.7)
            elif name == "decider":
                row[name] = ("is", [rnd.random() < 0.5], None)
            else:
                words = {"service": SERVICES, "region": REGIONS, "line": LINES}[name]
                row[name] = ("is", rnd.sample(words, rnd.randint(1, 2 if shape == "sales" else len(words) // 2)), None)
        rows.append(row)
    return rows


def make_calls(shape, rows, count, rnd):
    calls = []
    for _ in range(count):
        call = {
            "campaign": rnd.randrange(len(rows)), "service": rnd.choice(SERVICES), "region": rnd.choice(REGIONS), "line": rnd.choice(LINES),
            "budget": rnd.randrange(0, 3_000_000), "start": rnd.randrange(366), "repeats": rnd.randrange(21), "decider": rnd.random() < 0.5,
        }
        calls.append(call)
    return calls


def holds(test, value):
    kind, a, b = test
    if kind == "is":
        return value in a
    return (a is None or value >= a) and (b is None or (value < b if kind == "under" else value <= b))


def scan(rows, call):
    return next((number for number, row in enumerate(rows) if all(holds(test, call[name]) for name, test in row.items())), -1)


def cell(test):
    kind, a, b = test
    if kind == "is":
        return ", ".join({True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value) for value in a)
    return f"under {b}" if kind == "under" else f"at least {a}" if kind == "from" else f"{a} .. {b}"


def write_folder(folder, rows, says=lambda number: "answer"):
    folder.mkdir(parents=True, exist_ok=True)
    facts = "format: 1\nfacts:\n  campaign:\n    type: count\n"
    for name, words in [("service", SERVICES), ("region", REGIONS), ("line", LINES)]:
        facts += f"  {name}:\n    type: choice\n    values: {', '.join(words)}\n"
    facts += "".join(f"  {name}:\n    type: count\n" for name in RANGES) + "  decider:\n    type: yes/no\n"
    (folder / "facts.yaml").write_text(facts)
    (folder / "rules.yaml").write_text(
        "format: 1\nrules: Bench\ntables:\n  - table: big\n    decides: ring\n    before: ring\n    hits: first\n    file: big.csv\n"
        "  - table: ring\n    decides: ring\n    hits: first\n    rules:\n      - rule: never\n        if:\n          campaign: 999999999\n"
        "        then: answer first\n    otherwise:\n      then: answer\n")
    lines = ["rule," + ",".join(FACTS) + ",then,group"]
    for number, row in enumerate(rows):
        cells = [f'"{cell(row[name])}"' if name in row else "" for name in FACTS]
        lines.append(f"r{number}," + ",".join(cells) + f",{says(number)},group{number % 7}")
    (folder / "big.csv").write_text("\n".join(lines) + "\n")


class Ours:
    """Our engine, in its own process."""

    def __init__(self):
        self.process = subprocess.Popen([str(BENCH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"RuleBench ended at: {line}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def compare(workshop, shape, count, ours, rounds):
    """One table: all engines, checked, then timed in turn."""
    rnd = random.Random(count * 10 + len(shape))
    rows = make_table(shape, count, rnd)
    calls = make_calls(shape, rows, 400, rnd)
    expected = [scan(rows, call) for call in calls]
    folder = workshop.folder / f"rules-{shape}-{count}"
    write_folder(folder, rows)
    (workshop.folder / "calls.jsonl").write_text("\n".join(json.dumps(call) for call in calls) + "\n")
    ours.ask(f"table {folder} {workshop.folder / 'calls.jsonl'}")
    said = [-1 if rule in ("otherwise", "none") else int(rule[1:]) for rule in ours.ask("rules").split()]
    wrong = sum(a != b for a, b in zip(said, expected)) + abs(len(said) - len(expected))
    figure("rules", f"{shape}_{count}_wrong_answers", wrong, f"of {len(calls)}")
    contenders = {name: (lambda name=name: float(ours.ask(f"{name} {20}"))) for name in ("numbers", "numbers-trace", "names", "names-trace")}
    for peer in PEERS:
        if peer.is_there() and count <= peer.rows_max:
            decide, answer = peer.prepare(rows)
            mistakes = sum(answer(decide(call)) != right for call, right in zip(calls[:100], expected))
            figure("rules", f"{shape}_{count}_{peer.name}_wrong_answers", mistakes, "of 100")
            contenders[peer.name] = lambda decide=decide, peer=peer: timed(decide, calls, peer.calls(count))
            if peer.traces and count <= 1000:
                traced, _ = peer.prepare(rows, trace=True)
                contenders[peer.name + "-trace"] = lambda decide=traced, peer=peer: timed(decide, calls, peer.calls(count) // 4 + 1)
    times = {name: [] for name in contenders}
    for number in range(rounds + 1):
        order = list(contenders)
        rnd.shuffle(order)
        for name in order:
            seconds = contenders[name]()
            if number:
                times[name].append(seconds * 1e6)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        figure("rules", f"{shape}_{count}_{name.replace('-', '_')}", value, "us", 3)
    return medians, wrong


def timed(decide, calls, count):
    start = time.perf_counter()
    for number in range(count):
        decide(calls[number % len(calls)])
    return (time.perf_counter() - start) / count


def run_rules(workshop):
    install(workshop)
    rounds = 3 if workshop.quick else 7
    sizes = [10, 100] if workshop.quick else [10, 100, 1000, 10_000]
    ours, wrong = Ours(), 0
    results = {}
    for shape in ("sales", "keyed"):
        for count in sizes:
            results[shape, count], mistakes = compare(workshop, shape, count, ours, rounds)
            wrong += mistakes
    for count in sizes:
        # the slower of the two tables
        figure("rules", f"without_trace_{count}", max(results[shape, count]["numbers"] for shape in ("sales", "keyed")), "us", 3)
        figure("rules", f"with_trace_{count}", max(results[shape, count]["numbers-trace"] for shape in ("sales", "keyed")), "us", 3)
    loads(workshop, ours, sizes[-1], rounds)
    entries = 100_000 if workshop.quick else 10_000_000
    nanoseconds, size, right, asked, reading = ours.ask(f"list {entries}").split()
    figure("rules", f"list_{entries}_lookup", float(nanoseconds) / 1000, "us", 3)
    figure("rules", f"list_{entries}_entry", float(size), "bytes")
    figure("rules", f"list_{entries}_found", f"{right} of {asked}", "")
    figure("rules", f"list_{entries}_read", float(reading), "s")
    figure("rules", "wrong_answers", wrong, "")
    ours.close()
    return wrong == 0 and right == asked


def loads(workshop, ours, count, rounds):
    """From text to a set that decides: reading, checking every cell, compiling, hashing. Analysis, which publishing adds, is `analysis`."""
    for shape in ("sales", "keyed"):
        folder = workshop.folder / f"rules-{shape}-{count}"
        times = [float(ours.ask(f"load {folder}")) * 1000 for _ in range(rounds + 1)][1:]
        figure("rules", f"load_{count}_{shape}", statistics.median(times), "ms")
        figure("rules", f"load_{count}_{shape}_lowest", min(times), "ms")
        for peer in PEERS:
            if peer.is_there() and hasattr(peer, "load") and count <= peer.rows_max:
                rnd = random.Random(count * 10 + len(shape))
                load = peer.load(make_table(shape, count, rnd))
                seconds = [timed(lambda _: load(), [None], 1) * 1000 for _ in range(3)]
                figure("rules", f"load_{count}_{shape}_{peer.name}", statistics.median(seconds), "ms")


def run_replay(workshop):
    """40 rules and the same with one limit moved, over recorded calls; the same question to SQL and to Python."""
    install(workshop)
    rnd = random.Random(40)
    live = make_table("sales", 40, rnd)
    draft = [dict(row) for row in live]
    changed = next(number for number, row in enumerate(draft) if any(name in RANGES for name in row))
    name = next(name for name in draft[changed] if name in RANGES)
    low, high, _ = RANGES[name]
    draft[changed][name] = ("between", low, high)
    live_folder, draft_folder = workshop.folder / "replay-live", workshop.folder / "replay-draft"
    write_folder(live_folder, live)
    write_folder(draft_folder, draft)
    ours, good = Ours(), True
    for count in [10_000] if workshop.quick else [100_000, 1_000_000]:
        calls = make_calls("sales", live, count, rnd)
        path = workshop.folder / f"replay-{count}.csv"
        with open(path, "w") as file:
            file.write(",".join(FACTS) + "\n")
            for call in calls:
                file.write(",".join(("yes" if value else "no") if isinstance(value, bool) else str(value) for value in call.values()) + "\n")
        rounds = []
        for _ in range(1 if workshop.quick else 5):
            taking, seconds, different, wrong = ours.ask(f"replay {live_folder} {draft_folder} {path}").split()
            rounds.append(float(seconds))
        figure("replay", f"both_sets_and_difference_{count}", statistics.median(rounds), "s", 3)
        figure("replay", f"both_sets_and_difference_{count}_highest", max(rounds), "s", 3)
        figure("replay", f"taking_in_{count}", float(taking), "s", 3)
        figure("replay", f"changed_{count}", int(different), "calls")
        figure("replay", f"wrong_in_sample_{count}", int(wrong), "")
        good = good and wrong == "0" and peers_agree(path, live, draft, calls, count, int(different))
    ours.close()
    return good


def peers_agree(path, live, draft, calls, count, different):
    from bench_peers import SQL_PEERS, case_text

    good = True
    query = f"SELECT count(*) FROM calls WHERE {case_text(live)} <> {case_text(draft)}"
    for name, open_table in SQL_PEERS:
        try:
            run = open_table(path, FACTS)
        except ImportError:
            print(f"replay: {name} is not installed", file=sys.stderr)
            continue
        start = time.perf_counter()
        found = run(query)
        figure("replay", f"{name}_{count}", time.perf_counter() - start, "s", 3)
        figure("replay", f"{name}_{count}_disagrees", abs(found - different), "calls")
        good = good and found == different
    part = calls[: count // 20]
    start = time.perf_counter()
    for call in part:
        (scan(live, call), scan(draft, call))
    figure("replay", f"python_{count}_from_a_twentieth", (time.perf_counter() - start) * 20, "s", 1)
    return good
