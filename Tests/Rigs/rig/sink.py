# SPDX-License-Identifier: Apache-2.0
"""A receiver of generic webhooks with a ledger of its own, which can misbehave.

    python3 -m rig.sink --port N --secret-file F --ledger F [--control F] [--seed N] [--bad 0.2]

It does what Standard Webhooks asks of a receiver: verifies the signature, and creates once for each webhook-id.
Each request leaves one line in the ledger: when it came, when it was answered, what was done. The control file may hold
`down` (close every connection at once) or `good` (no misbehaviour); it is read at each request.
"""
import argparse
import hmac
import json
import pathlib
import random
import re
import socket
import socketserver
import struct
import threading
import time

from rig import signing

KEY = re.compile(rb"cs-[0-9A-HJKMNP-TV-Z]{26}")
BEHAVIOURS = ("drop after creating", "reset after creating", "500 after creating", "drop before creating", "503 before creating",
              "slow", "half an answer")


class Ledger:
    """Append-only; a line is written before the answer leaves, so that a killed reader has lost nothing."""

    def __init__(self, path):
        self.file, self.lock = open(path, "a", buffering=1), threading.Lock()
        self.created = set()

    def create(self, message_id):
        with self.lock:
            new = message_id not in self.created
            self.created.add(message_id)
            return new

    def write(self, **line):
        with self.lock:
            self.file.write(json.dumps(line) + "\n")


class Handler(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while self.one_request():
            pass

    def one_request(self):
        """Reads and answers one request; whether the connection goes on."""
        try:
            line = self.rfile.readline(4096)
            if not line.strip():
                return False
            headers = {}
            while (text := self.rfile.readline(8192).strip()):
                name, _, value = text.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", "0")))
        except (OSError, ValueError):
            return False
        return self.take(line.split()[0].decode(), headers, body)

    def take(self, method, headers, body):
        server, arrived = self.server, time.time()
        mode = server.mode()
        if mode == "down":
            return self.reset()
        message_id = headers.get("webhook-id", "")
        if not server.verified(headers, message_id, body):
            server.ledger.write(id=message_id, at=arrived, done=time.time(), what="bad signature", created=False, key="")
            return self.say(401)
        misbehaving = mode != "good" and server.random.random() < server.bad
        what = server.random.choice(BEHAVIOURS) if misbehaving else "taken"
        created = "before creating" not in what and server.ledger.create(message_id)
        if what == "slow":
            time.sleep(server.random.uniform(0.05, 0.4))
        key = KEY.search(body)
        server.ledger.write(
            id=message_id, key=key.group().decode() if key else "", at=arrived, done=time.time(), what=what, created=created,
            method=method, body=body.decode(errors="replace"))
        return self.answer(what)

    def answer(self, what):
        match what:
            case "drop after creating" | "drop before creating":
                return False
            case "reset after creating":
                return self.reset()
            case "500 after creating":
                return self.say(500)
            case "503 before creating":
                return self.say(503, "Retry-After: 1\r\n")
            case "half an answer":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"status\":")
                return False
        return self.say(200)

    def say(self, status, more=""):
        body = b'{"status":"success"}' if status == 200 else b'{"status":"failed"}'
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        try:
            self.wfile.write(head.encode() + body)
        except OSError:
            return False
        return True

    def reset(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    def finish(self):
        try:
            super().finish()
        except OSError:
            pass


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 256

    def __init__(self, options):
        super().__init__(("127.0.0.1", options.port), Handler)
        self.secret = pathlib.Path(options.secret_file).read_text().strip()
        self.ledger, self.bad = Ledger(options.ledger), options.bad
        self.control = pathlib.Path(options.control) if options.control else None
        self.random = random.Random(options.seed)

    def mode(self):
        try:
            return self.control.read_text().strip() if self.control else ""
        except OSError:
            return ""

    def verified(self, headers, message_id, body):
        stamp = headers.get("webhook-timestamp", "")
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > 300:
            return False
        expected = signing.signature(self.secret, message_id, stamp, body)
        return any(hmac.compare_digest(one, expected) for one in headers.get("webhook-signature", "").split(" "))

    def handle_error(self, request, client_address):
        pass  # connections that the service's death cut off


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for name, kind, default in (("port", int, None), ("secret-file", str, None), ("ledger", str, None), ("control", str, None),
                                ("seed", int, 1), ("bad", float, 0.0)):
        parser.add_argument(f"--{name}", type=kind, default=default)
    with Sink(parser.parse_args()) as sink:
        sink.serve_forever()
