# SPDX-License-Identifier: Apache-2.0
"""Runs the sink as a process of its own and reads its ledger."""
import collections
import json
import os
import pathlib
import subprocess
import sys
import time

from .service import free_port
from .signing import new_secret


class Receiver:
    """A generic-webhook account's other end. Use it in a `with`."""

    def __init__(self, folder, seed=1, bad=0.0, port=None):
        self.folder = pathlib.Path(folder)
        self.port, self.seed, self.bad = port or free_port(), seed, bad
        self.secret_file, self.ledger_file = self.folder / "sink.secret", self.folder / "ledger.jsonl"
        self.control_file = self.folder / "sink.control"
        if not self.secret_file.exists():
            self.secret_file.write_text(new_secret() + "\n")
            os.chmod(self.secret_file, 0o600)
        self.ledger_file.touch()
        self.process = None

    def account(self):
        """The account's block of callsieve.yaml."""
        address = f"127.0.0.1:{self.port}"
        return {"recipe": "generic-webhook", "url": f"http://{address}/hook", "secret": {"file": str(self.secret_file)},
                "allow address": address}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rig.sink", "--port", str(self.port), "--secret-file", str(self.secret_file),
             "--ledger", str(self.ledger_file), "--control", str(self.control_file), "--seed", str(self.seed),
             "--bad", str(self.bad)], cwd=pathlib.Path(__file__).resolve().parents[1], stdin=subprocess.DEVNULL)
        time.sleep(0.3)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)

    def mode(self, word):
        """`down`, `good` or empty (misbehaves as often as `bad` says)."""
        self.control_file.write_text(word)

    def lines(self):
        with open(self.ledger_file, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def created(self):
        """Key of the lead → webhook-ids under which something was created for it, in order."""
        result = collections.defaultdict(list)
        for line in self.lines():
            if line["created"]:
                result[line["key"]].append(line)
        return result
