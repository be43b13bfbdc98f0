# SPDX-License-Identifier: Apache-2.0
"""Requests that no well-behaved PBX sends, over real sockets, byte for byte. Each row says which answers are right; after
each the service must still answer a good call.

    python3 Tests/Rigs/bad_input.py
"""
import json
import pathlib
import shutil
import socket
import struct
import tempfile
import time

import bad_rows
from rig import signing
from rig.calls import CallStory, post
from rig.http import Connection, Reset
from rig.service import Service
from rig.verdict import Verdict

CLOSED = "closed"  # the connection ends without an answer


class Maker:
    """Builds requests to the demo source, right in all but what a row changes."""

    def __init__(self, service):
        self.secret, self.number, self.form_token = service.secret, 0, "form-token-0123456789"

    def body(self, **fields):
        self.number += 1
        return CallStory("bad", self.number, "+74955000001").event("decide", **fields)

    def request(self, body, mark=None, method="POST", target="/hooks/demo", drop=(), more=(), length=None, version="1.1", secret=None, age=0):
        stamp = int(time.time()) - age
        self.number += 1
        headers = {"Host": "127.0.0.1", **signing.headers(secret or self.secret, mark or f"m{self.number}", stamp, body),
                   "Content-Length": str(len(body) if length is None else length)}
        for name in drop:
            headers.pop(name)
        lines = [f"{method} {target} HTTP/{version}"] + [f"{k}: {v}" for k, v in headers.items()] + list(more)
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


    def plain(self, body, target, kind, basic=None):
        """A request without a signature, for the sources of forms and XML."""
        lines = [f"POST {target} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}", f"Content-Length: {len(body)}",
                 "Authorization: " + (bad_rows.basic(basic) if basic else "Bearer " + self.form_token)]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def flood(verdict, service, calls=2_000):
    """Calls from one number, as fast as they go; then one from another."""
    connection, statuses, begun = Connection(service.port, timeout=20), set(), time.monotonic()
    for number in range(calls):
        mark, body = CallStory("flood", number, "+74955049049").event("decide")
        statuses.add(post(connection, service.secret, mark, body).status)
    took = time.monotonic() - begun
    mark, body = CallStory("other", 1, "+74955049050").event("decide")
    begun = time.monotonic()
    status = post(connection, service.secret, mark, body).status
    verdict.check(f"49 {calls} calls from one number in {took:.1f} s: {sorted(statuses)}", statuses <= {200, 503})
    verdict.check("49 another caller is answered in time", status == 200 and time.monotonic() - begun < 1)
    leads = service.api().pages("/api/v1/leads?status=NEW")
    same = [lead for lead in leads if (lead.get("number") or lead.get("phone")) == "+74955049049"]
    verdict.check(f"49 the flood is one lead ({len(same)})", len(same) <= 1)


def talk(port, data, wait_s=3.0, half_close=False, pace=None, reset=False):
    """Sends the bytes; the status of the first answer, or CLOSED, or `silent` after `wait_s`."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as s:
        try:
            if pace:
                for at in range(0, len(data), pace[0]):
                    s.sendall(data[at:at + pace[0]])
                    time.sleep(pace[1])
            else:
                s.sendall(data)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the answer may have come before everything was sent
        if reset:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return CLOSED
        answer = b""
        try:
            while b"\r\n" not in answer:
                more = s.recv(4096)
                if not more:
                    return CLOSED
                answer += more
        except TimeoutError:
            return "silent"
        except OSError:
            return CLOSED
        return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else answer[:20]


def rows(m):
    """(what, bytes, right answers, keyword arguments of talk)."""
    good = m.body()[1]
    unsigned = ("webhook-signature",)
    yield "a good request", m.request(good), {200}, {}
    # signatures
    yield "wrong signature", m.request(m.body()[1], secret=signing.new_secret()), {401}, {}
    yield "no signature", m.request(m.body()[1], drop=unsigned), {401}, {}
    yield "empty signature", m.request(m.body()[1], drop=unsigned, more=["webhook-signature: "]), {401}, {}
    yield "signature of another scheme", m.request(m.body()[1], drop=unsigned, more=["webhook-signature: sha256=abcdef"]), {401}, {}
    yield "a thousand signatures", m.request(m.body()[1], drop=unsigned, more=["webhook-signature: " + "v1,AAAA " * 1000]), {401, 400, 413, 431}, {}
    yield "stale timestamp", m.request(m.body()[1], age=400), {401}, {}
    yield "timestamp of the future", m.request(m.body()[1], age=-400), {401}, {}
    yield "no timestamp", m.request(m.body()[1], drop=("webhook-timestamp",)), {401}, {}
    yield "body changed by one byte", m.request(m.body()[1]).replace(b'"decide"', b'"Decide"'), {401}, {}
    # bodies
    yield "truncated JSON, well signed", m.request(good[:-10]), {400}, {}
    yield "empty body", m.request(b""), {400}, {}
    for text in (b"null", b"[]", b'"x"', b"0"):
        yield f"body {text.decode()}", m.request(text), {400}, {}
    yield "deep nesting", m.request(b"[" * 100_000), {400, 413}, {}
    yield "1e999 as a number", m.request(m.body(wait_s=1)[1].replace(b'"wait_s": 1', b'"wait_s": 1e999')), {200, 400}, {}
    yield "2 MB body", m.request(b'{"a":"' + b"x" * 2_000_000 + b'"}'), {413}, {}
    yield "2 MB body of an unknown source", m.request(b"x" * 2_000_000, target="/hooks/nobody"), {404, 401, 413}, {}
    yield "wrong content type", m.request(m.body()[1], drop=("Content-Type",), more=["Content-Type: text/html"]), {415, 400}, {}
    yield "no content type", m.request(m.body()[1], drop=("Content-Type",)), {200, 415, 400}, {}
    yield "invalid UTF-8 in a name", m.request(m.body(name="X?Y")[1].replace(b"X?Y", b"X\xff\xfeY")), {200}, {}
    yield "a lone surrogate", m.request(m.body(name="X?Y")[1].replace(b"X?Y", b"X\\ud800Y")), {200}, {}
    yield "NUL in a text", m.request(m.body(name="X?Y")[1].replace(b"X?Y", b"X\\u0000Y")), {200}, {}
    yield "unknown event", m.request(m.body()[1].replace(b'"event": "decide"', b'"event": "dance"')), {200, 400}, {}
    yield "call id missing", m.request(json.dumps({"event": "decide", "from": "+74955000001"}).encode()), {400}, {}
    for number in ("anonymous", "", "+", "00", "123", "9" * 40, "sip:alice@example.com", '"><img src=x>', "＋７４９５０００１１１１", "tel:+74950001111"):
        yield f"caller {number[:24]!r}", m.request(json.dumps(json.loads(m.body()[1]) | {"from": number}).encode()), {200}, {}
    for moment in ("1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "9999-12-31T23:59:59Z", "yesterday", "-1", "1e18"):
        yield f"time {moment}", m.request(json.dumps(json.loads(m.body()[1]) | {"at": moment}).encode()), {200, 400}, {}
    # sources and paths
    yield "unknown source", m.request(m.body()[1], target="/hooks/nobody"), {404, 401}, {}
    yield "path with dots", m.request(m.body()[1], target="/hooks/../api/v1/calls"), {401, 404, 400, 405}, {}
    yield "path with %2e%2e", m.request(m.body()[1], target="/hooks/%2e%2e/api/v1/calls"), {401, 404, 400, 405}, {}
    yield "path with %00", m.request(m.body()[1], target="/hooks/demo%00"), {404, 401, 400}, {}
    yield "100 KB target", m.request(m.body()[1], target="/hooks/" + "a" * 100_000), {414, 431, 400, 404, CLOSED}, {}
    yield "TRACE", m.request(b"", method="TRACE"), {405, 404, 400, 501}, {}
    yield "GET of a hook", m.request(b"", method="GET"), {405, 404, 400, 401}, {}
    # framing
    yield "no Host", m.request(m.body()[1], drop=("Host",)), {400, CLOSED}, {}
    yield "two Hosts", m.request(m.body()[1], more=["Host: other"]), {400, CLOSED}, {}
    yield "Content-Length and Transfer-Encoding", m.request(m.body()[1], more=["Transfer-Encoding: chunked"]), {400, CLOSED}, {}
    yield "two different Content-Lengths", m.request(m.body()[1], more=["Content-Length: 5"]), {400, CLOSED}, {}
    for text in ("+5", "-1", "0x10", str(1 << 64), "5, 6"):
        yield f"Content-Length {text}", m.request(m.body()[1], length=text), {400, 413, CLOSED}, {}
    yield "chunk size with 20 digits", m.request(
        b"F" * 20 + b"\r\nx\r\n0\r\n\r\n", drop=("Content-Length",), more=["Transfer-Encoding: chunked"]), {400, 413, CLOSED}, {}
    yield "unknown transfer coding", m.request(b"", drop=("Content-Length",), more=["Transfer-Encoding: xchunked"]), {400, 501, 401, CLOSED}, {}
    yield "space before the colon", m.request(m.body()[1], more=["X-A : b"]), {400, CLOSED}, {}
    yield "folded header", m.request(m.body()[1], more=["X-A: b", " c"]), {400, CLOSED}, {}
    yield "NUL in a header", m.request(m.body()[1], more=["X-A: b\0c"]), {400, CLOSED}, {}
    yield "80 KB header", m.request(m.body()[1], more=["X-A: " + "b" * 80_000]), {431, 400, CLOSED}, {}
    yield "1,001 headers", m.request(m.body()[1], more=[f"X-{i}: b" for i in range(1001)]), {431, 400, CLOSED}, {}
    yield "HTTP/9.9", m.request(m.body()[1], version="9.9"), {400, 505, CLOSED}, {}
    yield "HTTP/0.9", b"GET /\r\n\r\n", {400, 505, CLOSED}, {}
    yield "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 404, 405, 505, CLOSED}, {}
    yield "noise", bytes(range(256)) * 8, {400, CLOSED}, {}
    # times
    yield "truncated body, then closed", m.request(m.body()[1])[:-20], {400, 408, CLOSED}, {"half_close": True}
    yield "headers that never end", b"POST /hooks/demo HTTP/1.1\r\nHost: x\r\nX-A: ", {408, CLOSED}, {"wait_s": 60}
    yield "a body that never comes", m.request(b"", length=100), {408, CLOSED}, {"wait_s": 60}
    slow = b"POST /hooks/demo HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(60))
    yield "a header line a second", slow, {408, 431, CLOSED}, {"wait_s": 60, "pace": (7, 1.0)}


def main():
    verdict, folder = Verdict("bad input"), tempfile.mkdtemp(prefix="callsieve-bad-")
    print("bad input: over real sockets")
    def change(configuration):
        for name, text in (("form.token", "form-token-0123456789"), ("fs.user", "u"), ("fs.password", "p"), ("fs.bare", "bare-token-0123456789")):
            path = pathlib.Path(folder) / name
            path.write_text(text + "\n")
            path.chmod(0o600)
        files = {name: {"file": f"{folder}/{name}"} for name in ("form.token", "fs.user", "fs.password", "fs.bare")}
        configuration["sources"]["second"] = {"dialect": "callsieve", "secrets": {"signing": {"file": f"{folder}/demo.secret"}}}
        configuration["sources"]["forms"] = {"dialect": "asterisk", "secrets": {"bearer": files["form.token"]}}
        configuration["sources"]["fs"] = {"dialect": "freeswitch", "secrets": {
            "user": files["fs.user"], "password": files["fs.password"], "bare_token": files["fs.bare"]}}
        configuration["targets"] = {"answer": {"fs": "sofia/internal/200"}}

    with Service(folder, change) as service:
        service.start()
        maker, checked = Maker(service), 0
        numbered = [(f"{group} {what}", data, right, options) for group, what, data, right, options in bad_rows.rows(maker)]
        for what, data, right, options in [*rows(maker), *numbered]:
            found = talk(service.port, data, **options)
            verdict.check(f"{what}: {found}", found in right, f"right would be {sorted(right, key=str)}")
            if service.process.poll() is not None:
                verdict.check(f"{what}: the process lives", False, service.tail())
                service.start()
            checked += 1
        flood(verdict, service)
        story = CallStory("after", 1, "+74955000002")
        try:
            statuses = [post(Connection(service.port), service.secret, mark, body).status for mark, body in story.events()]
        except (Reset, OSError) as error:
            statuses = [repr(error)]
        verdict.check(f"after {checked} bad requests a call goes through", set(statuses) == {200}, str(statuses))
        verdict.check(f"memory stays small ({service.resident_mb():.0f} MB)", service.resident_mb() < 150)
        verdict.same("exit status after SIGTERM", service.stop(), 0)
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"  kept: {folder}")
    verdict.end()


if __name__ == "__main__":
    main()
