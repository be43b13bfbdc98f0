# SPDX-License-Identifier: Apache-2.0
"""Other engines for the same tables. What pip can't install is left out, and said."""
import importlib
import json
import pathlib
import subprocess
import sys

PACKAGES = ["zen-engine", "datalogic-py", "common-expression-language", "duckdb"]


def install(workshop):
    """Into a folder of the build, once."""
    target = pathlib.Path(__file__).resolve().parents[2] / ".build" / "peers"
    if not target.exists():
        for package in PACKAGES:
            done = subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(target), package],
                capture_output=True, text=True)
            if done.returncode:
                print(f"peers: {package} can't be installed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
    sys.path.insert(0, str(target))


class Peer:
    rows_max = 10_000
    traces = False

    def is_there(self):
        try:
            importlib.import_module(self.module)
            return True
        except ImportError:
            return False


class Zen(Peer):
    """GoRules: a decision table, hit policy first."""

    name, module, traces = "zen", "zen", True

    def calls(self, count):
        return max(40, 20_000 // count)

    def cell(self, test):
        kind, a, b = test
        if kind == "is":
            return ", ".join(json.dumps(value) for value in a)
        return f"< {b}" if kind == "under" else f">= {a}" if kind == "from" else f"[{a}..{b}]"

    def content(self, rows):
        names = ["campaign", "service", "region", "line", "budget", "start", "repeats", "decider"]
        rules = [{"_id": str(number), **{name: self.cell(row[name]) if name in row else "" for name in names}, "out": str(number)}
                 for number, row in enumerate(rows)]
        table = {
            "rules": rules, "hitPolicy": "first", "inputs": [{"id": name, "name": name, "field": name} for name in names],
            "outputs": [{"id": "out", "name": "out", "field": "out"}]}
        nodes = [{"id": "in", "name": "in", "type": "inputNode"}, {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
                 {"id": "out", "name": "out", "type": "outputNode"}]
        edges = [{"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"}, {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"}]
        return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})

    def load(self, rows):
        import zen
        content = self.content(rows)
        return lambda: zen.ZenEngine().create_decision(content)

    def prepare(self, rows, trace=False):
        decision = self.load(rows)()
        options = {"trace": True} if trace else None
        decide = (lambda call: decision.evaluate(call, options)) if trace else decision.evaluate
        return decide, lambda result: int((result.get("result") or {}).get("out", -1))


class DataLogic(Peer):
    """JsonLogic: one chain of ifs."""

    name, module = "datalogic", "datalogic_py"

    def calls(self, count):
        return max(40, 20_000 // count)

    def condition(self, name, test):
        kind, a, b = test
        value = {"var": name}
        if kind == "is":
            return {"in": [value, a]} if len(a) > 1 else {"===": [value, a[0]]}
        return {"<": [value, b]} if kind == "under" else {">=": [value, a]} if kind == "from" else {"<=": [a, value, b]}

    def prepare(self, rows, trace=False):
        import datalogic_py
        parts = []
        for number, row in enumerate(rows):
            parts += [{"and": [self.condition(name, test) for name, test in row.items()]}, number]
        rule = datalogic_py.Engine().compile(json.dumps({"if": parts + [-1]}))
        return rule.evaluate, lambda result: int(result)


class CEL(Peer):
    """Common Expression Language: chains of `? :` of forty rules each, asked one after the other."""

    name, module = "cel", "cel"

    def calls(self, count):
        return max(20, 10_000 // count)

    def condition(self, name, test):
        kind, a, b = test
        if kind == "is":
            return f"{name} in {json.dumps(a)}" if len(a) > 1 else f"{name} == {json.dumps(a[0])}"
        return f"{name} < {b}" if kind == "under" else f"{name} >= {a}" if kind == "from" else f"{name} >= {a} && {name} <= {b}"

    def prepare(self, rows, trace=False):
        import cel
        programs = []
        for start in range(0, len(rows), 40):
            text = "-1"
            for number in reversed(range(start, min(start + 40, len(rows)))):
                text = f"({' && '.join(self.condition(name, test) for name, test in rows[number].items())}) ? {number} : ({text})"
            programs.append(cel.compile(text))

        def decide(call):
            for program in programs:
                found = program.execute(call)
                if found >= 0:
                    return found
            return -1
        return decide, int


PEERS = [Zen(), DataLogic(), CEL()]


def case_text(rows):
    """One table as an SQL expression."""
    def condition(name, test):
        kind, a, b = test
        if kind == "is":
            return f"{name} IN ({', '.join(literal(value) for value in a)})"
        return f"{name} < {b}" if kind == "under" else f"{name} >= {a}" if kind == "from" else f"{name} BETWEEN {a} AND {b}"

    def literal(value):
        return "'yes'" if value is True else "'no'" if value is False else str(value) if isinstance(value, int) else f"'{value}'"

    # what a change of rule changes is the group
    whens = "".join(f" WHEN {' AND '.join(condition(name, test) for name, test in row.items())} THEN {number % 7}" for number, row in enumerate(rows))
    return f"CASE{whens} ELSE -1 END"


def sqlite_table(path, names):
    import csv
    import sqlite3
    base = sqlite3.connect(":memory:")
    words = {"service", "region", "line", "decider"}
    base.execute(f"CREATE TABLE calls ({', '.join(f'{name} TEXT' if name in words else f'{name} INTEGER' for name in names)})")
    with open(path) as file:
        rows = csv.reader(file)
        next(rows)
        base.executemany(f"INSERT INTO calls VALUES ({', '.join('?' * len(names))})", rows)
    return lambda query: base.execute(query).fetchone()[0]


def duckdb_table(path, names):
    import duckdb
    base = duckdb.connect()
    words = {"service", "region", "line", "decider"}
    columns = "{" + ", ".join(f"'{name}': '{'VARCHAR' if name in words else 'BIGINT'}'" for name in names) + "}"
    base.execute(f"CREATE TABLE calls AS SELECT * FROM read_csv('{path}', header=true, columns={columns})")
    return lambda query: base.execute(query).fetchone()[0]


SQL_PEERS = [("sqlite", sqlite_table), ("duckdb", duckdb_table)]
