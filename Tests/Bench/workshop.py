# SPDX-License-Identifier: Apache-2.0
"""Tools of the benchmarks: the C programs, the service with bench settings, seeding, and how figures are printed."""
import json
import pathlib
import statistics
import subprocess
import time

from corpus import EVENTS, Corpus
from rig.service import ROOT, Service, free_port
from rig.signing import key_of

MANGO_KEY, MANGO_SALT = "callsieve0test0vpbx0key0000000001", "callsieve0test0vpbx0salt000000001"


def figure(bench, name, value, unit, digits=2):
    text = f"{value:.{digits}f}" if isinstance(value, float) else str(value)
    print(f"bench {bench} {name} {text} {unit}".rstrip(), flush=True)


def median_and_range(bench, name, values, unit, digits=2):
    figure(bench, name, float(statistics.median(values)), unit, digits)
    figure(bench, name + "_lowest", float(min(values)), unit, digits)
    figure(bench, name + "_highest", float(max(values)), unit, digits)


class Sink:
    """The counting receiver in C."""

    def __init__(self, program, folder):
        self.port, self.secret_file = free_port(), folder / "sink.secret"
        self.program, self.process = program, None

    def start(self):
        self.process = subprocess.Popen([self.program, str(self.port)], stdin=subprocess.DEVNULL)
        time.sleep(0.2)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=10)

    def counts(self):
        from rig.http import Connection
        return json.loads(Connection(self.port).request("GET", "/").body)


class Workshop:
    """One folder, one build of the C programs, shared by the benchmarks of a run."""

    def __init__(self, folder, quick=False):
        self.folder, self.quick = pathlib.Path(folder), quick
        self.tools = {}
        for name in ("load", "sink", "rawsync"):
            program = self.folder / name
            source = ROOT / "Tests" / "Bench" / f"{name}.c"
            subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", str(program), str(source)], check=True)
            self.tools[name] = str(program)
        self.next_number = 0

    def scaled(self, full, quick):
        return quick if self.quick else full

    def sink(self):
        return Sink(self.tools["sink"], self.folder)

    def service(self, name, sink=None):
        """A service on a folder of its own: both sources, the counting receiver, decisions at once when a call ends."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        for file, text in (("mango.key", MANGO_KEY), ("mango.salt", MANGO_SALT)):
            (folder / file).write_text(text + "\n")
            (folder / file).chmod(0o600)

        def change(configuration):
            configuration["hangup grace"] = "0 s"
            configuration["sources"]["mango"] = {"dialect": "mango", "secrets": {
                "api_key": {"file": str(folder / "mango.key")}, "api_salt": {"file": str(folder / "mango.salt")}}}
            if sink:
                from rig.signing import new_secret
                sink.secret_file.write_text(new_secret() + "\n")
                sink.secret_file.chmod(0o600)
                address = f"127.0.0.1:{sink.port}"
                configuration["accounts"] = {"sink": {"recipe": "generic-webhook", "url": f"http://{address}/hook",
                                                      "secret": {"file": str(sink.secret_file)}, "allow address": address}}
                configuration["default account"] = "sink"

        return Service(folder, change)

    def corpus(self, service):
        return Corpus(service.port, key_of(service.secret), MANGO_KEY, MANGO_SALT)

    def requests(self, service, calls, only=None):
        """A fresh request file of so many new calls (signed now: it is good for five minutes)."""
        file = self.folder / "requests.bin"
        self.corpus(service).write(file, self.next_number, calls, only)
        self.next_number += calls
        return file

    def load(self, port, file, connections, group=EVENTS, rate=None, limit=120, retry=False):
        words = [self.tools["load"], "--port", str(port), "--file", str(file), "--connections", str(connections),
                 "--group", str(group), "--limit", str(limit)]
        if retry:
            words += ["--retry", "1"]
        if rate:
            words += ["--rate", str(rate)]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit + 30)
        if done.returncode not in (0, 1):
            raise SystemExit(f"load: {done.stderr}")
        return json.loads(done.stdout)

    def seed(self, service, calls):
        """Stores so many calls through the hooks, two events each (asked, ended), none of which ends in an order."""
        left, step = calls, 20_000
        while left > 0:
            # numbers whose calls press no key: the first and the last event only
            file = self.requests(service, min(step, left), only=(0, 5))
            result = self.load(service.port, file, 64, group=2, limit=200, retry=True)
            if result["statuses"].get("200") != result["planned"]:
                raise SystemExit(f"seeding: {result}\n{service.tail()}")
            left -= step

    def raw_sync(self, count=500):
        done = subprocess.run([self.tools["rawsync"], str(self.folder / "raw"), str(count)], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
