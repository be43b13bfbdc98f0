# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy that spoils connections: delays, cuts, resets, half-closes, passes single bytes. Seeded; a mode a connection."""
import random
import socket
import struct
import threading
import time

MODES = ("pass", "delay", "bytes", "cut request", "cut answer", "reset answer", "half-close", "swallow answer")


class Proxy:
    """Listens on `port`; `bad` is the share of connections that are spoilt. Use it in a `with`."""

    def __init__(self, to, seed=1, bad=0.5):
        self.to, self.chance, self.bad, self.lock = to, random.Random(seed), bad, threading.Lock()
        self.server = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port, self.counts, self.stop = self.server.getsockname()[1], dict.fromkeys(MODES, 0), threading.Event()

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.server.close()

    def accept(self):
        while not self.stop.is_set():
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with self.lock:
                mode = self.chance.choice(MODES[1:]) if self.chance.random() < self.bad else "pass"
                after = self.chance.randrange(1, 900)
                self.counts[mode] += 1
            threading.Thread(target=self.serve, args=(client, mode, after), daemon=True).start()

    def serve(self, client, mode, after):
        try:
            upstream = socket.create_connection(("127.0.0.1", self.to), timeout=10)
        except OSError:
            return client.close()
        for one in (client, upstream):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(40)
        back = threading.Thread(target=self.pump, args=(upstream, client, mode, after, False), daemon=True)
        back.start()
        self.pump(client, upstream, mode, after, True)
        back.join(timeout=60)
        for one in (client, upstream):
            one.close()

    def pump(self, source, sink, mode, after, is_request):
        """Moves bytes one way until the end, or until the mode says otherwise."""
        passed = 0
        try:
            while data := source.recv(65536):
                if mode == "delay":
                    time.sleep(0.05)
                if (mode == "cut request" and is_request) or (mode in ("cut answer", "reset answer") and not is_request):
                    keep = data[:max(0, (after if is_request else after % 60) - passed)]
                    sink.sendall(keep)
                    passed += len(data)
                    if passed > (after if is_request else after % 60):
                        return self.end(source, sink, mode == "reset answer")
                    continue
                if mode == "swallow answer" and not is_request:
                    return self.end(source, sink, False)
                if mode == "bytes":
                    for byte in data[:300]:
                        sink.sendall(bytes([byte]))
                    sink.sendall(data[300:])
                    continue
                passed += len(data)
                if mode == "pass" and self.bad and passed > after * 40:
                    # a good connection ends some time, too: in the middle of something
                    sink.sendall(data[:len(data) // 2])
                    return self.end(source, sink, after % 2 == 0)
                sink.sendall(data)
                if mode == "half-close" and is_request:
                    sink.shutdown(socket.SHUT_WR)
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    @staticmethod
    def end(source, sink, reset):
        for one in (source, sink):
            if reset:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
