# SPDX-License-Identifier: Apache-2.0
"""The driver's side of faults/shim.c: builds it, steers it while the program runs, reads what it logged."""
import ctypes
import mmap
import pathlib
import re
import struct
import subprocess

from .stored import MARK

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "faults" / "shim.c"
NAME, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, UNLINK, RENAME = range(1, 8)
RECORD = struct.Struct("<IIQQQq")


class Control(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in (
        "fail_sync_in", "fail_sync_errno", "fail_write_in", "fail_write_errno", "stall_sync_ms", "stall_sync_left", "syncs", "writes",
        "short_write_in")] + [("trap_mark", ctypes.c_char * 64)]


class Shim:
    """One watched folder. `environment` goes to the program; `control` may be written at any time."""

    def __init__(self, folder, watched, log=False):
        folder = pathlib.Path(folder)
        self.library = folder / "shim.so"
        subprocess.run(["cc", "-O2", "-fPIC", "-shared", "-o", str(self.library), str(SOURCE), "-ldl", "-lpthread"], check=True)
        page = folder / "shim.control"
        page.write_bytes(bytes(4096))
        self.file = open(page, "r+b")
        self.control = Control.from_buffer(mmap.mmap(self.file.fileno(), 4096))
        self.log = folder / "shim.log" if log else None
        self.quiet()
        self.environment = {"LD_PRELOAD": str(self.library), "SHIM_FOLDER": f"{watched}/", "SHIM_CONTROL": str(page)}
        if log:
            self.environment["SHIM_LOG"] = str(self.log)

    def quiet(self):
        """No fault from here on."""
        self.control.fail_sync_in = self.control.fail_write_in = self.control.short_write_in = -1
        self.control.stall_sync_ms = 0
        self.control.stall_sync_left = -1
        self.control.trap_mark = b""

    def stall(self, milliseconds, times=-1):
        self.control.stall_sync_left, self.control.stall_sync_ms = times, milliseconds

    def fail_sync(self, number, errno):
        """The `number`-th sync from now fails, counted from 0."""
        self.control.fail_sync_errno, self.control.fail_sync_in = errno, number

    def fail_write(self, number, errno):
        self.control.fail_write_errno, self.control.fail_write_in = errno, number


def records(path):
    """(what, file, offset, result, at in ns, bytes) in their order."""
    data = pathlib.Path(path).read_bytes()
    at = 0
    while at + RECORD.size <= len(data):
        what, file, offset, length, at_ns, result = RECORD.unpack_from(data, at)
        at += RECORD.size
        taken = length if what in (NAME, WRITE, UNLINK, RENAME) else 0
        yield what, file, offset, result, at_ns, data[at:at + taken]
        at += taken


class Disk:
    """What a power cut may leave: per file the bytes that are synced, and the operations since."""

    def __init__(self, first_bytes=None):
        self.files, self.paths = {}, {}
        self.first_bytes = first_bytes or {}

    def take(self, record):
        what, file, offset, result, _, data = record
        if what == NAME:
            path = data.decode(errors="replace")
            self.paths[file] = path
            self.files.setdefault(path, {"synced": bytearray(self.first_bytes.get(path, b"")), "later": [], "begun": 0})
            return
        if what == UNLINK:
            self.files.pop(data.decode(errors="replace"), None)
            return
        if what == RENAME:
            old, new = data.decode(errors="replace").split("\0")
            if old in self.files:
                self.files[new] = self.files.pop(old)
            return
        entry = self.files.get(self.paths.get(file))
        if entry is None:
            return
        if what == WRITE:
            entry["later"].append((offset, data))
        elif what == TRUNCATE:
            entry["later"].append((offset, None))
        elif what == SYNC_BEGIN:
            entry["begun"] = len(entry["later"])
        elif what == SYNC_END and result == 0:
            for operation in entry["later"][:entry["begun"]]:
                apply(entry["synced"], *operation)
            entry["later"], entry["begun"] = entry["later"][entry["begun"]:], 0

    def image(self, chance, path):
        """The synced bytes and any part of what came later, in sectors of 512 bytes; `chance` None: nothing of it."""
        entry = self.files[path]
        data = bytearray(entry["synced"])
        if chance is None:
            return data
        kept = chance.choice((0.0, 0.3, 0.7, 1.0))
        for offset, piece in entry["later"]:
            if piece is None:
                if chance.random() < kept:
                    apply(data, offset, None)
                continue
            for start in range(0, len(piece), 512):
                if chance.random() < kept:
                    apply(data, offset + start, piece[start:start + 512])
        return data


def apply(data, offset, piece):
    if piece is None:
        del data[offset:]
        data.extend(bytes(max(0, offset - len(data))))
        return
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset:offset + len(piece)] = piece


def synced_marks(log, suffix="-wal"):
    """Event mark → when the first sync that covers it returned, in ns."""
    waiting, begun, done, paths = [], [], {}, {}
    for what, file, _, result, at_ns, data in records(log):
        if what == NAME:
            paths[file] = data.decode(errors="replace")
        if not paths.get(file, "").endswith(suffix):
            continue
        if what == WRITE:
            waiting += [mark for mark in re.findall(MARK.pattern.encode(), data)]
        elif what == SYNC_BEGIN:
            begun = list(waiting)
        elif what == SYNC_END and result == 0:
            for mark in begun:
                done.setdefault(mark.decode(), at_ns)
            waiting = waiting[len(begun):]
            begun = []
    return done
