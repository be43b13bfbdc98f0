# SPDX-License-Identifier: Apache-2.0
"""The Debian package in a clean Debian: installed with what it depends on, started, takes a call, upgraded, removed; the data stays.
And what is shipped beside it: the unit's exposure, the proxies' and the alerts' files.

    python3 Tests/Rigs/deb.py [--root FOLDER] [--keep]

`--root` names a folder with a fresh Debian (debootstrap) to be copied; else one is made, which takes a minute and the network. Needs root.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.service import ROOT, binary
from rig.verdict import Verdict

CONFIGURATION = "/etc/callsieve/callsieve.yaml"


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)


def package(version):
    done = run("scripts/make-deb", version, cwd=ROOT, env=os.environ | {"CALLSIEVE": binary()})
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return ROOT / done.stdout.split(" ")[0]


class Root:
    """A Debian in a folder, with our own process table and /proc while something runs in it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def run(self, *words):
        return run("chroot", str(self.folder), "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", *words)

    def install(self, deb):
        shutil.copy(deb, self.folder / "tmp" / deb.name)
        return self.run("apt-get", "install", "-y", "--no-install-recommends", f"/tmp/{deb.name}")

    def version(self):
        return self.run("dpkg-query", "-W", "-f=${Version}", "callsieve").stdout

    def start(self):
        """As the unit starts it: its command, its user, its working folder."""
        unit = (self.folder / "lib/systemd/system/callsieve.service").read_text()
        command = re.search(r"^ExecStart=(.*)$", unit, re.M).group(1)
        user = re.search(r"^User=(.*)$", unit, re.M).group(1)
        log = open(self.folder / "tmp" / "log", "ab")
        return subprocess.Popen(
            ["chroot", f"--userspec={user}:{user}", str(self.folder), "/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "HOME=/var/lib/callsieve",
             "sh", "-c", f"cd /var/lib/callsieve && umask 077 && exec {command}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def ready(self, process, limit_s=30):
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if Connection(8480, timeout=2).request("GET", "/readyz").status == 200:
                    return True
            except (OSError, Reset):
                time.sleep(0.05)
        return False

    def command(self, *words):
        return self.run("setpriv", "--reuid=callsieve", "--regid=callsieve", "--clear-groups", "sh", "-c",
                        "cd /var/lib/callsieve && callsieve " + " ".join(words) + f" --config {CONFIGURATION}")


def take_call(root, number):
    """The statuses of one call, the first event posted by the example script of the package."""
    secret = (root.folder / "var/lib/callsieve/data/demo.secret").read_text().strip()
    script = root.folder / "usr/share/callsieve/examples/post-call.sh"
    first = run("sh", str(script), "http://127.0.0.1:8480/hooks/demo", secret)
    statuses = {post(Connection(8480), secret, mark, body).status for mark, body in CallStory("deb", number, f"+7495300{number:04}").events()}
    return first.stdout.strip(), statuses


def stop(process):
    process.terminate()
    try:
        return process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        return None


def shipped_files(verdict, folder):
    unit = run("systemd-analyze", "security", "--offline=yes", str(ROOT / "deploy/debian/callsieve.service"))
    level = re.search(r"exposure level for \S+: ([0-9.]+)", unit.stdout)
    verdict.check(f"the unit's exposure is at most 2.0 ({level.group(1) if level else '?'})", bool(level) and float(level.group(1)) <= 2.0)
    alerts = run("promtool", "check", "rules", str(ROOT / "deploy/examples/prometheus-alerts.yaml"))
    verdict.check("promtool takes the alerts", alerts.returncode == 0, alerts.stdout + alerts.stderr)
    metrics = set(re.findall(r'"(callsieve_[a-z_]+)"', "".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))))
    used = set(re.findall(r"callsieve_[a-z_]+", (ROOT / "deploy/examples/prometheus-alerts.yaml").read_text()))
    strange = {name for name in used if name.removesuffix("_bucket") not in metrics}
    verdict.check(f"the alerts use {len(used)} metrics that exist", not strange, str(strange))
    caddy = run("caddy", "validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy/examples/Caddyfile"), env=os.environ | {"HOME": str(folder)})
    verdict.check("caddy takes the Caddyfile", caddy.returncode == 0, caddy.stderr[-300:])
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=calls.example.com",
        "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"))
    text = (ROOT / "deploy/examples/nginx.conf").read_text()
    text = re.sub(r"/etc/letsencrypt/\S*fullchain.pem", str(folder / "cert.pem"), text)
    text = re.sub(r"/etc/letsencrypt/\S*privkey.pem", str(folder / "key.pem"), text)
    text = text.replace("/etc/nginx/callsieve-proxy.conf", str(ROOT / "deploy/examples/callsieve-proxy.conf"))
    (folder / "nginx.conf").write_text(f"pid {folder}/nginx.pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n{text}\n}}\n")
    nginx = run("/usr/sbin/nginx", "-t", "-c", str(folder / "nginx.conf"))
    verdict.check("nginx takes its example", nginx.returncode == 0, nginx.stderr[-300:])


def life_of_the_package(verdict, root):
    first, second = package("0.1.0"), package("0.1.1")
    done = root.install(first)
    verdict.check("it installs with its dependencies", done.returncode == 0, (done.stdout + done.stderr)[-600:])
    process = root.start()
    verdict.check("it starts", root.ready(process), (root.folder / "tmp/log").read_text()[-500:])
    answer, statuses = take_call(root, 1)
    verdict.check("the example script gets an answer to a call", '"action"' in answer, answer)
    verdict.same("answers to a whole call", statuses, {200})
    doctor = root.command("doctor")
    verdict.check("doctor finds nothing wrong", doctor.returncode == 0, doctor.stdout + doctor.stderr)
    backup = root.command("backup", "/var/lib/callsieve/backup.sqlite")
    verdict.check("it backs itself up", backup.returncode == 0 and (root.folder / "var/lib/callsieve/backup.sqlite.book").exists(), backup.stdout + backup.stderr)
    modes = {path: oct((root.folder / path).stat().st_mode & 0o777) for path in
             ("var/lib/callsieve", "var/lib/callsieve/data.master-key", "var/lib/callsieve/data/api-token", "etc/callsieve/callsieve.yaml")}
    verdict.check("nobody else can read it", all(mode.endswith("0") for mode in modes.values()), str(modes))
    verdict.same("exit status after SIGTERM", stop(process), 0)

    with open(root.folder / "etc/callsieve/callsieve.yaml", "a") as file:
        file.write("hangup grace: 5 s\n")
    done = root.install(second)
    verdict.check("it is upgraded", done.returncode == 0 and root.version() == "0.1.1", (done.stdout + done.stderr)[-600:])
    verdict.check("the configuration stays as it was edited", "hangup grace: 5 s" in (root.folder / "etc/callsieve/callsieve.yaml").read_text())
    process = root.start()
    verdict.check("it starts again", root.ready(process), (root.folder / "tmp/log").read_text()[-500:])
    _, statuses = take_call(root, 2)
    verdict.same("answers to a call after the upgrade", statuses, {200})
    token = (root.folder / "var/lib/callsieve/data/api-token").read_text().strip()
    calls = Connection(8480).request("GET", "/api/v1/calls?state=all", {"Authorization": f"Bearer {token}"}).body
    verdict.check("the calls of both versions are there", b"deb-1" in calls and b"deb-2" in calls)
    audit = root.command("audit", "verify")
    verdict.check("the audit log verifies", audit.returncode == 0, audit.stdout + audit.stderr)
    stop(process)

    done = root.run("apt-get", "remove", "-y", "callsieve")
    gone = not (root.folder / "usr/bin/callsieve").exists()
    kept = (root.folder / "var/lib/callsieve/data/callsieve.db").exists() and (root.folder / "etc/callsieve/callsieve.yaml").exists()
    verdict.check("removed, it leaves configuration and data", done.returncode == 0 and gone and kept, (done.stdout + done.stderr)[-300:])
    done = root.run("apt-get", "purge", "-y", "callsieve")
    kept = (root.folder / "var/lib/callsieve/data/callsieve.db").exists()
    verdict.check("purged, it leaves the data", done.returncode == 0 and kept and not (root.folder / "etc/callsieve/callsieve.yaml").exists())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    verdict, folder = Verdict("package"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-deb-"))
    folder.chmod(0o755)
    room = folder / "root"
    if options.root:
        subprocess.run(["cp", "-a", options.root, str(room)], check=True)
    else:
        made = run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(room))
        if made.returncode != 0:
            raise SystemExit(f"no clean Debian could be made: {made.stdout[-300:]}")
    root = Root(room)
    mounts = [("proc", "proc"), ("/dev", "dev")]
    for source, target in mounts:
        subprocess.run(["mount", *(["-t", "proc"] if source == "proc" else ["--bind"]), source, str(room / target)], check=True)
    try:
        shutil.copy("/etc/resolv.conf", room / "etc/resolv.conf")
        updated = root.run("apt-get", "update")
        verdict.check("the clean Debian has its package lists", updated.returncode == 0, updated.stderr[-200:])
        shipped_files(verdict, folder)
        life_of_the_package(verdict, root)
    finally:
        for _, target in reversed(mounts):
            subprocess.run(["umount", "-l", str(room / target)], capture_output=True)
        if options.keep or verdict.failed:
            print(f"  kept: {folder}")
        else:
            subprocess.run(["rm", "-rf", "--one-file-system", str(folder)])
    verdict.end()


if __name__ == "__main__":
    main()
