# SPDX-License-Identifier: Apache-2.0
"""One running service with a folder of its own: started, killed, started again, watched."""
import os
import pathlib
import signal
import socket
import subprocess
import time

from .api import Api
from .http import Connection, Reset
from .signing import new_secret
from .yaml_text import yaml_text

ROOT = pathlib.Path(__file__).resolve().parents[3]
RULES = ROOT / "Tests" / "Rigs" / "rules"


def binary():
    """The optimised binary, or the one that CALLSIEVE names."""
    path = pathlib.Path(os.environ.get("CALLSIEVE", ROOT / ".build" / "release" / "callsieve"))
    if not path.exists():
        raise SystemExit(f"there is no {path}; run make build, or set CALLSIEVE")
    return str(path)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def base_configuration(folder, port):
    """One signed JSON source, the rig's rules, the built-in book; drivers add to it."""
    (folder / "demo.secret").write_text(new_secret() + "\n")
    os.chmod(folder / "demo.secret", 0o600)
    return {
        "format": 1,
        "listen": f"127.0.0.1:{port}",
        "data": str(folder / "data"),
        "rules": str(RULES),
        "default rules": "rig",
        "zone": "Europe/Moscow",
        "country": "RU",
        "sources": {"demo": {"dialect": "callsieve", "secrets": {"signing": {"file": str(folder / "demo.secret")}}}},
        "lines": {"+74950000101": {"name": "main", "channel": "site", "group": "sales"}},
        "deliver": ["QUALIFIED"],
        "accounts": {"book": {"recipe": "salesbook"}},
        "default account": "book",
        "log level": "warning",
    }


class Service:
    """`folder` holds configuration, data and log. Ends with the driver: use it in a `with`."""

    def __init__(self, folder, change=None, port=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.configuration = base_configuration(self.folder, self.port)
        if change:
            change(self.configuration)
        self.file = self.folder / "callsieve.yaml"
        self.file.write_text(yaml_text(self.configuration))
        self.data = pathlib.Path(self.configuration["data"])
        self.data.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "service.log"
        self.process, self.environment = None, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def secret(self):
        return (self.folder / "demo.secret").read_text().strip()

    @property
    def token(self):
        return (self.data / "api-token").read_text().strip()

    def api(self, operator="Rig Operator"):
        return Api(self.port, self.token, operator)

    def start(self, wait_s=30.0):
        """Starts and waits until it is ready; the seconds that took."""
        begun = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--config", str(self.file)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, env=os.environ | self.environment)
        while time.monotonic() - begun < wait_s:
            if self.process.poll() is not None:
                raise SystemExit(f"the service ended with {self.process.returncode}:\n{self.tail()}")
            if self.ready():
                return time.monotonic() - begun
            time.sleep(0.005)
        raise SystemExit(f"not ready after {wait_s} s:\n{self.tail()}")

    def ready(self):
        try:
            connection = Connection(self.port, timeout=2)
            status = connection.request("GET", "/readyz").status
            connection.close()
            return status == 200
        except (OSError, Reset):
            return False

    def kill(self):
        """SIGKILL: what was not synced is lost with the process."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self, wait_s=30.0):
        """SIGTERM, and SIGKILL when that takes too long; the exit status, or None when it had to be killed."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=wait_s)
            except subprocess.TimeoutExpired:
                self.kill()
                return None
        return self.process.returncode

    def command(self, *words, timeout=120):
        """Runs a command of the program on the same configuration."""
        return subprocess.run(
            [binary(), *words, "--config", str(self.file)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=timeout, cwd=self.folder)

    def tail(self, lines=25):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else "(no log)"

    def resident_mb(self, field="VmRSS"):
        """Resident memory of the process, in megabytes (10^6 bytes); `RssAnon`: without what is mapped from files."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0
