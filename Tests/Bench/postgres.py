# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL as a yardstick: pgbench's prepared INSERT of bodies as large as the corpus's, synced at each commit.

The server runs as a user of its own (`postgres` when we are root), on a data folder and a Unix socket in the benchmark's folder.
"""
import os
import pathlib
import re
import shutil
import subprocess

from corpus import FORM_BYTES, JSON_BYTES

USER = "postgres"


def programs():
    """Folder of the newest installed server's programs; None: none is installed."""
    found = [path.parent for path in pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


class Postgres:
    """A server for one benchmark; use it in a `with`."""

    def __init__(self, folder):
        self.folder, self.programs = pathlib.Path(folder) / "postgres", programs()

    def run(self, program, *words, timeout=300):
        command = [str(self.programs / program), *words]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", *command]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, cwd=self.folder)
        if done.returncode:
            raise SystemExit(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def __enter__(self):
        self.folder.mkdir(parents=True)
        # the folder above is made for us alone; the server's user must be able to pass through it
        self.folder.parent.chmod(0o711)
        if os.geteuid() == 0:
            shutil.chown(self.folder, USER, USER)
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.run("initdb", "-D", data, "-A", "trust", "-U", USER, "--no-sync")
        options = f"-k {self.folder} -c listen_addresses= -c fsync=on -c synchronous_commit=on -c max_connections=400"
        self.run("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        self.sql("CREATE TABLE hooks (id bigserial PRIMARY KEY, source text NOT NULL, arrived_at timestamptz NOT NULL, body text NOT NULL)")
        self.scripts = []
        for name, size in (("json", JSON_BYTES), ("form", FORM_BYTES)):
            script = self.folder / f"{name}.sql"
            script.write_text(f"INSERT INTO hooks (source, arrived_at, body) VALUES (:source, now(), :{name});\n")
            self.scripts += ["-f", f"{script}@1", "-D", f"{name}={'x' * size}"]
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def sql(self, text):
        return self.run("psql", "-h", str(self.folder), "-U", USER, "-d", USER, "-qAtc", text).strip()

    def inserts(self, clients, count):
        """Rows a second of about `count` inserts by so many clients, each a synced commit."""
        before = int(self.sql("SELECT count(*) FROM hooks"))
        each = max(1, count // clients)
        out = self.run(
            "pgbench", "-h", str(self.folder), "-U", USER, "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-t", str(each),
            "-D", "source=demo", *self.scripts, USER)
        if int(self.sql("SELECT count(*) FROM hooks")) - before != each * clients:
            raise SystemExit(f"pgbench: not all rows are there\n{out}")
        return float(re.search(r"tps = ([0-9.]+) \(without initial connection time\)", out).group(1))
