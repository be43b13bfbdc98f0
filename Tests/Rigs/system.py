# SPDX-License-Identifier: Apache-2.0
"""Bad surroundings: folders, files, clocks, environments, signals, descriptors, configurations (docs/bad-inputs.md 82 to 92; R37).

    python3 Tests/Rigs/system.py [folders|read_only|environments|signals|limits|configurations …]
"""
import fcntl
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.load import Posters, lost_and_double
from rig.service import Service, binary
from rig.stored import Stored
from rig.verdict import Verdict


def ends(service, limit_s=20, **more):
    """Starts a service that must refuse to: its exit status and what it said."""
    done = subprocess.run([binary(), "serve", "--config", str(service.file)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=limit_s, cwd=service.folder, **more)
    return done.returncode, (done.stdout + done.stderr).strip()[-300:]


def call(service, name, number=1):
    try:
        return {post(Connection(service.port), service.secret, mark, body).status for mark, body in CallStory(name, number, f"+749560{number:05}").events()}
    except (Reset, OSError) as error:
        return {str(error)}


def folders(verdict, folder):
    with Service(folder / "h82") as service:
        service.start()
        call(service, "h82")
        with Service(folder / "h83") as other:
            other.configuration["data"] = str(service.data)
            other.file.write_text(service.file.read_text().replace(f":{service.port}", f":{other.port}"))
            code, text = ends(other)
            verdict.check("83 a second instance is refused by name", code not in (0, None) and ("pid" in text.lower() or "process" in text.lower()), text)
        verdict.same("83 the first goes on", call(service, "h83", 2), {200})
        service.stop()
        database = service.data / "callsieve.db"
        for what, damage in (
                ("85 a database without its log", lambda: (service.data / "callsieve.db-wal").unlink(missing_ok=True)),
                ("85 an index of the log that is garbage", lambda: (service.data / "callsieve.db-shm").write_bytes(os.urandom(32768))),
                ("85 a log of another database", lambda: (service.data / "callsieve.db-wal").write_bytes(os.urandom(65536)))):
            damage()
            service.start()
            verdict.same(f"{what}: a call goes through", call(service, "h85", int(time.monotonic() * 1000) % 90000), {200})
            service.stop()
        copy = folder / "newer.db"
        shutil.copy(database, copy)
        database_handle = sqlite3.connect(database)
        database_handle.execute("INSERT INTO schema_versions SELECT series, number + 1000, name, applied_at FROM schema_versions WHERE number = 1")
        database_handle.commit()
        database_handle.close()
        code, text = ends(service)
        verdict.check("84 a database of a newer version is refused", code not in (0, None) and "newer" in text, text)
        shutil.copy(copy, database)
        for path in (service.data / "callsieve.db-wal", service.data / "callsieve.db-shm"):
            path.unlink(missing_ok=True)
        database.write_bytes(b"this is no database at all" * 1000)
        code, text = ends(service)
        verdict.check("84 a file that is no database is named", code not in (0, None) and "callsieve.db" in text, text)
        shutil.copy(copy, database)
        key = pathlib.Path(str(service.data) + ".master-key")
        key.rename(folder / "key")
        code, text = ends(service)
        verdict.check("84 a lost master key is not made anew", code not in (0, None) and "master key" in text, text)
        (folder / "key").rename(key)
        key.chmod(0o644)
        code, text = ends(service)
        verdict.check("92 a key that others can read is refused with the fix", code not in (0, None) and "chmod 600" in text, text)


def environments(verdict, folder):
    cases = [("88 locale C, a zone that is garbage, no HOME", {"LC_ALL": "C", "TZ": "Nowhere/At_All"}, ("HOME",)),
             ("89 proxies and certificates of somebody else",
              {"http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "ALL_PROXY": "socks5://127.0.0.1:1", "CURL_HOME": "/tmp",
               "SSL_CERT_FILE": "/dev/null", "NO_PROXY": ""}, ())]
    for number, (what, environment, without) in enumerate(cases):
        with Service(folder / f"h88{number}", lambda c: c.__setitem__("hangup grace", "0 s")) as service:
            service.environment = environment
            saved = {name: os.environ.pop(name) for name in without if name in os.environ}
            service.start()
            os.environ.update(saved)
            verdict.same(f"{what}: a call goes through", call(service, "h88", number + 1), {200})
            time.sleep(1.5)
            waiting = service.api().get("/api/v1/outbox?state=waiting&limit=5")["items"]
            verdict.check(f"{what}: and its order to the book", not waiting, str(waiting)[:200])
            verdict.same(f"{what}: exit status", service.stop(), 0)


def signals(verdict, folder):
    with Service(folder / "h90") as service:
        service.start()
        for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGHUP, signal.SIGWINCH):
            service.process.send_signal(number)
            time.sleep(0.1)
        alive = service.process.poll() is None
        verdict.check("90 SIGPIPE and SIGHUP twice end nothing", alive, service.tail(3))
        if not alive:
            service.start()
        verdict.same("90 a call goes through", call(service, "h90"), {200})
        service.process.terminate()
        service.process.terminate()
        verdict.same("90 SIGTERM twice: exit status", service.process.wait(timeout=30), 0)
        # nobody reads the log any more
        reader, writer = os.pipe()
        fcntl.fcntl(writer, 1031, 4096)  # F_SETPIPE_SZ
        service.process = subprocess.Popen([binary(), "serve", "--config", str(service.file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                           stderr=writer, cwd=service.folder)
        os.close(writer)
        os.close(reader)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not service.ready() and service.process.poll() is None:
            time.sleep(0.05)
        verdict.same("91 with the log closed a call goes through", call(service, "h91", 2), {200})
        service.stop()
        service.process = subprocess.Popen(["sh", "-c", f"exec {binary()} serve --config {service.file} >&- 2>&-"], stdin=subprocess.DEVNULL, cwd=service.folder)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not service.ready() and service.process.poll() is None:
            time.sleep(0.05)
        verdict.same("91 with stdout closed a call goes through", call(service, "h91", 3), {200})
        service.stop()
        with Stored(service.data) as stored:
            verdict.same("91 nothing was written into the database by the log", stored.integrity(), "ok")


def limits(verdict, folder):
    """Few descriptors, little memory, few threads: refused or ended, nothing acknowledged lost (R37)."""
    total = lost_all = 0
    for what, kind, value in (("64 descriptors", resource.RLIMIT_NOFILE, 64), ("1.2 GB of address space", resource.RLIMIT_AS, 1_200 << 20),
                              ("400 MB of data", resource.RLIMIT_DATA, 400 << 20)):
        with Service(folder / f"r37-{value}") as service:
            service.start()
            before = resource.prlimit(service.process.pid, kind)
            resource.prlimit(service.process.pid, kind, (value, before[1]))
            posters = Posters(service, "limit", clients=96, seed=1)
            posters.begin()
            time.sleep(4)
            posters.end()
            alive = service.process.poll() is None
            if alive:
                resource.prlimit(service.process.pid, kind, before)
                time.sleep(1)
                after = call(service, "after", value % 99_999)
                service.stop()
            else:
                service.start()
                after = call(service, "after", value % 99_999)
                service.stop()
            with Stored(service.data) as stored:
                lost, double = lost_and_double(posters.acked, stored.event_counts())
            total, lost_all = total + len(posters.acked), lost_all + len(lost)
            verdict.check(f"R37 {what}: {'it lived' if alive else 'it ended and started again'}, {len(posters.acked)} acknowledged are there once",
                          not lost and not double, f"{len(lost)} lost, {len(double)} double")
            verdict.same(f"R37 {what}: afterwards a call goes through", after, {200})
    verdict.promise("R37", f"3 limits, 96 clients, {total} events acknowledged, {lost_all} lost")


def configurations(verdict, folder):
    with Service(folder / "h92") as service:
        text = service.file.read_text()
        cases = [("an unknown key", text + "lisen: 1\n", "did you mean"), ("a wrong type", text + "watch: [1]\n", ""), ("an empty file", "", "format"),
                 ("10 MB", text + "#" + "x" * 10_000_000, "larger than"), ("a secret as text", text.replace("dialect: callsieve", "dialect: callsieve\n    token: abc"), "{file"),
                 ("tabs", text + "\tx: 1\n", "")]
        for what, content, words in cases:
            service.file.write_text(content)
            code, said = ends(service)
            verdict.check(f"92 a configuration with {what} is refused, and it says where", code not in (0, None) and words in said and "callsieve.yaml" in said, said)
        service.file.write_text(text)
        (service.folder / "demo.secret").chmod(0o644)
        code, said = ends(service)
        verdict.check("92 a secret that others can read is refused", code not in (0, None) and "chmod" in said, said)
        (service.folder / "demo.secret").chmod(0o600)
        service.file.write_text(text.replace(f"{{file: {service.folder}/demo.secret}}", "{env: NO_SUCH_NAME}"))
        if "NO_SUCH_NAME" in service.file.read_text():
            code, said = ends(service)
            verdict.check("92 a missing variable is named", code not in (0, None) and "NO_SUCH_NAME" in said, said)
        real = service.folder / "real.yaml"
        real.write_text(text)
        service.file.unlink()
        service.file.symlink_to(real)
        service.start()
        verdict.same("92 a configuration behind a link: a call goes through", call(service, "h92"), {200})
        service.stop()


def read_only(verdict, folder):
    room = folder / "ro"
    with Service(room) as service:
        service.start()
        call(service, "h82")
        service.stop()
        done = subprocess.run(["unshare", "-m", "sh", "-c", f"mount --bind {service.data} {service.data} && mount -o remount,bind,ro {service.data} && "
                               f"exec timeout 15 {binary()} serve --config {service.file}"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        said = (done.stdout + done.stderr).strip()[-300:]
        verdict.check("82 a data folder that can't be written is named", done.returncode not in (0, 124) and "data" in said, f"{done.returncode}: {said}")


def main():
    verdict, folder = Verdict("surroundings"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-system-"))
    print("surroundings")
    wanted = sys.argv[1:]
    for part in (folders, read_only, environments, signals, limits, configurations):
        if not wanted or part.__name__ in wanted:
            part(verdict, folder)
    if verdict.failed:
        print(f"  kept: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    verdict.end()


if __name__ == "__main__":
    main()
