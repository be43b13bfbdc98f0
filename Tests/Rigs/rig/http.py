# SPDX-License-Identifier: Apache-2.0
"""A small HTTP/1.1 client over one kept-alive connection, with a deadline for each exchange.

`http.client` would do, but it reads headers through the e-mail parser, which costs more than the rest of a driver.
"""
import socket
import time


class Reset(Exception):
    """The connection ended before a whole answer was read; whether the request counted is not known."""


class Answer:
    __slots__ = ("status", "headers", "body")

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Connection:
    def __init__(self, port, timeout=10.0, host="127.0.0.1"):
        self.address, self.timeout = (host, port), timeout
        self.socket, self.rest = None, b""

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.rest = None, b""

    def request(self, method, path, headers=None, body=b""):
        """One exchange. Raises ConnectionRefusedError when nothing listens, Reset when the answer is lost."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.address[0]}:{self.address[1]}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body or method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(body)}")
        data = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=self.timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.rest = b""
        try:
            deadline = time.monotonic() + self.timeout
            self.socket.sendall(data)
            return self.read_answer(deadline)
        except (OSError, ValueError) as error:
            self.close()
            raise Reset(str(error)) from error

    def read_answer(self, deadline):
        buffer = self.rest
        while b"\r\n\r\n" not in buffer:
            buffer += self.more(deadline)
        head, buffer = buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body, buffer = self.chunks(buffer, deadline)
        else:
            length = int(headers.get("content-length", "0"))
            while len(buffer) < length:
                buffer += self.more(deadline)
            body, buffer = buffer[:length], buffer[length:]
        self.rest = buffer
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def chunks(self, buffer, deadline):
        body = b""
        while True:
            while b"\r\n" not in buffer:
                buffer += self.more(deadline)
            size_line, buffer = buffer.split(b"\r\n", 1)
            size = int(size_line.split(b";")[0], 16)
            while len(buffer) < size + 2:
                buffer += self.more(deadline)
            body, buffer = body + buffer[:size], buffer[size + 2:]
            if size == 0:
                return body, buffer

    def more(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise OSError("deadline passed")
        self.socket.settimeout(left)
        data = self.socket.recv(65536)
        if not data:
            raise OSError("closed by the other side")
        return data
