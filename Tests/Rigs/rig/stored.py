# SPDX-License-Identifier: Apache-2.0
"""What the service's database holds, read from a copy so that the look itself recovers or checkpoints nothing."""
import collections
import pathlib
import re
import shutil
import sqlite3
import tempfile

MARK = re.compile(r"ev-[0-9a-z]+-[0-9]+-[a-z]+")


def database_file(data):
    """The one database of a data folder: the file that begins as SQLite's do and is not the sales book's."""
    found = []
    for path in sorted(pathlib.Path(data).rglob("*")):
        if path.is_file() and path.stat().st_size >= 512 and "book" not in str(path.relative_to(data)):
            with open(path, "rb") as file:
                if file.read(15) == b"SQLite format 3":
                    found.append(path)
    if not found:
        raise SystemExit(f"no database in {data}")
    return max(found, key=lambda path: path.stat().st_size)


class Stored:
    """Use it in a `with`; the copy goes with it."""

    def __init__(self, data):
        self.folder = tempfile.mkdtemp(prefix="callsieve-look-")
        original = database_file(data)
        copy = pathlib.Path(self.folder) / original.name
        shutil.copyfile(original, copy)
        wal = original.with_name(original.name + "-wal")
        if wal.exists():
            shutil.copyfile(wal, copy.with_name(copy.name + "-wal"))
        self.database = sqlite3.connect(copy)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.database.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, sql, *arguments):
        return self.database.execute(sql, arguments).fetchall()

    def integrity(self):
        return self.rows("PRAGMA integrity_check")[0][0]

    def event_counts(self):
        """The drivers' own event mark → how many rows of `events` bear it."""
        return collections.Counter(
            mark.group() for (key,) in self.rows("SELECT dedupe_key FROM events") if (mark := MARK.search(key)))

    def count(self, table, where="1"):
        return self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]
