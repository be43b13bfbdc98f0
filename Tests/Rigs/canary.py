# SPDX-License-Identifier: Apache-2.0
"""Canaries: secrets and telephone numbers sent through every path must not come out of log, metrics, errors or audit log (R45).

    python3 Tests/Rigs/canary.py
"""
import base64
import pathlib
import shutil
import tempfile
import time

from rig import signing
from rig.api import Refused
from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.receiver import Receiver
from rig.service import Service
from rig.verdict import Verdict

PHONE, NATIONAL = "+74957310042", "84957310042"


def spellings(text):
    """How a value may be hidden in bytes."""
    raw = text.encode()
    return {raw, raw.hex().encode(), raw.hex().upper().encode(), base64.b64encode(raw).rstrip(b"="), text.replace("+", "%2B").encode(),
            text.encode("utf-16-le"), text[::-1].encode(), text.lstrip("+").encode()}


def paths(service, secret):
    """Everything that carries a number or a secret: good calls, refused, unreadable and cut ones, API, commands."""
    def send(body, mark="canary-1", headers=None, target="/hooks/demo"):
        try:
            Connection(service.port, timeout=5).request("POST", target, headers or signing.headers(secret, mark, int(time.time()), body), body)
        except (Reset, OSError):
            pass

    for mark, body in CallStory("canary", 1, PHONE, digits="55").events():
        post(Connection(service.port), secret, mark, body)
    for mark, body in CallStory("canary", 2, NATIONAL, digits="1").events():
        post(Connection(service.port), secret, mark, body)
    good = CallStory("canary", 3, PHONE).event("decide")[1]
    send(good[:-5])
    send(good, headers=signing.headers(signing.new_secret(), "m", int(time.time()), good))
    send(good, target=f"/hooks/demo/{secret}")
    send(good, target=f"/hooks/{PHONE}")
    send(good, target=f"/hooks/demo?from={PHONE}&token={secret}")
    send(b'{"call": "' + PHONE.encode() + b'", "event": "dance"}')
    send(b"\xff" + good)
    send(good, headers={"Authorization": f"Bearer {service.token}x", "Content-Type": PHONE})
    api = service.api()
    for path in (f"/api/v1/leads?number={PHONE}", f"/api/v1/calls/{PHONE}", f"/api/v1/leads/{secret}", "/api/v1/leads?status=QUALIFIED"):
        try:
            api.get(path.replace("+", "%2B"))
        except (Refused, Reset, OSError):
            pass
    Connection(service.port).request("GET", f"/login?token={secret}")
    Connection(service.port).request("GET", f"/api/v1/leads?token={service.token}")


def main():
    verdict, folder = Verdict("canaries"), pathlib.Path(tempfile.mkdtemp(prefix="callsieve-canary-"))
    with Receiver(folder, seed=7, bad=0.5) as receiver:
        def change(configuration):
            configuration["accounts"] = {"sink": receiver.account()}
            configuration["default account"] = "sink"
            configuration["hangup grace"] = "0 s"
            configuration["log level"] = "trace"

        with Service(folder, change) as service:
            service.start()
            secret = service.secret
            paths(service, secret)
            time.sleep(4)
            service.kill()
            service.start()
            time.sleep(1)
            outputs = {
                "metrics": Connection(service.port).request("GET", "/metrics").body,
                "audit show": service.command("audit", "show", "--last", "500").stdout.encode(),
                "audit show --json": service.command("audit", "show", "--last", "500", "--json").stdout.encode(),
                "doctor": service.command("doctor").stdout.encode(),
                "check": service.command("check").stdout.encode(),
                "outbox list": service.command("outbox", "list").stdout.encode(),
                "an error of a command": (lambda done: (done.stdout + done.stderr).encode())(service.command("forget", PHONE + "x", "--reason", "r")),
                "an error of the API": Connection(service.port).request("GET", f"/api/v1/leads/{secret}", {"Authorization": f"Bearer {service.token}"}).body,
            }
            token = service.token
            service.stop()
            outputs["log"] = service.log.read_bytes()
            master = pathlib.Path(str(service.data) + ".master-key").read_text().split()[-1]
    verdict.check(f"the log has something in it ({len(outputs['log'])} bytes)", len(outputs["log"]) > 500)
    canaries = {"the number": PHONE, "the number as dialled": NATIONAL, "the hook's secret": secret, "the API's token": token, "the master key": master}
    checks = hits = 0
    for place, data in outputs.items():
        for name, value in canaries.items():
            found = [spelling for spelling in spellings(value) if len(spelling) >= 8 and spelling in data]
            checks += len(spellings(value))
            hits += bool(found)
            if found:
                at = data.index(found[0])
                verdict.check(f"{place} holds no trace of {name}", False, repr(data[max(0, at - 100):at + 60]))
    verdict.same(f"traces in {len(outputs)} outputs", hits, 0)
    verdict.promise("R45", f"{len(canaries)} canaries, {len(outputs)} outputs, {checks} searches, {hits} found")
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"  kept: {folder}")
    verdict.end()


if __name__ == "__main__":
    main()
