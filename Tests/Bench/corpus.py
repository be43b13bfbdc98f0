# SPDX-License-Identifier: Apache-2.0
"""The corpus of B1 as prebuilt HTTP requests: 6 events a call, all calls distinct, 1 event in 6 asks for a decision, every
second call ends in an order (1 event in 12), half of the calls as 500 bytes of JSON and half as 1.5 KB of form, signed."""
import datetime
import hashlib
import hmac
import json
import base64
import struct
import time
import urllib.parse

JSON_BYTES, FORM_BYTES = 500, 1500
EVENTS = 6
LINE = "+74950000101"


def qualifies(number):
    """Whether this call ends in an order: two of each four, one of each kind of body."""
    return number % 4 >= 2


def caller(number):
    return f"7{9_000_000_000 + number % 999_999_999:010}"


class Corpus:
    """Writes request files. `first` numbers never repeat within one data folder, so all calls are distinct."""

    def __init__(self, port, json_key, mango_key, mango_salt):
        self.host, self.key = f"127.0.0.1:{port}", json_key
        self.mango_key, self.mango_salt = mango_key, mango_salt

    def write(self, path, first, count, only=None):
        """Requests of `count` calls from number `first` on; `only`: the events to keep, such as (0, 5)."""
        stamp = int(time.time())
        at = datetime.datetime.fromtimestamp(stamp, datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        kept = range(EVENTS) if only is None else only
        with open(path, "wb") as file:
            for number in range(first, first + count):
                make = self.json_call if number % 2 == 0 else self.mango_call
                events = make(number, stamp, at)
                for index in kept:
                    request = events[index]()
                    file.write(struct.pack("<I", len(request)) + request)
        return count * len(kept)

    # the callsieve dialect

    def json_call(self, number, stamp, at):
        digits = "55" if qualifies(number) else "2"
        steps = (("decide", {}), ("ringing", {"agent": "12"}), ("digits", {"digits": digits}), ("answered", {"agent": "12", "wait_s": 4}),
                 ("recording", {"recording": f"https://pbx.example/r/{number}"}),
                 ("ended", {"cause": "caller hung up", "wait_s": 4, "talk_s": 31}))
        return [lambda name=name, more=more: self.json_event(number, stamp, at, name, more) for name, more in steps]

    def json_event(self, number, stamp, at, name, more):
        mark = f"ev-b1-{number}-{name}"
        value = {"call": f"b1-{number}", "event": name, "id": mark, "at": at, "from": "+" + caller(number), "to": LINE, **more}
        value["fields"] = {"utm_source": "yandex", "utm_campaign": ""}
        text = json.dumps(value, separators=(",", ":"))
        value["fields"]["utm_campaign"] = "c" * max(0, JSON_BYTES - len(text))
        body = json.dumps(value, separators=(",", ":")).encode()
        signed = hmac.new(self.key, f"{mark}.{stamp}.".encode() + body, hashlib.sha256).digest()
        return (f"POST /hooks/demo HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\nwebhook-id: {mark}\r\n"
                f"webhook-timestamp: {stamp}\r\nwebhook-signature: v1,{base64.b64encode(signed).decode()}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body

    # the mango dialect

    def mango_call(self, number, stamp, at):
        entry, ivr, leg = f"MjY4Nzg2ODQ{number}", f"MTox{number}i", f"MTox{number}a"
        digits = "55" if qualifies(number) else "2"
        source, line = {"number": caller(number)}, LINE[1:]
        desk = {"extension": "12", "number": "74950000150", "line_number": line}
        common = {"entry_id": entry, "timestamp": stamp}
        steps = (
            ("events/call", common | {"call_id": ivr, "seq": 1, "call_state": "Appeared", "location": "ivr", "from": source,
                                      "to": {"number": line, "line_number": line}}),
            ("events/dtmf", common | {"call_id": ivr, "seq": 1, "dtmf": digits, "location": "ivr", "initiator": caller(number),
                                      "from_number": caller(number), "to_number": line, "line_number": line}),
            ("events/call", common | {"call_id": leg, "seq": 1, "call_state": "Appeared", "location": "abonent", "from": source, "to": desk}),
            ("events/call", common | {"call_id": leg, "seq": 2, "call_state": "Connected", "location": "abonent", "from": source, "to": desk}),
            ("events/call", common | {"call_id": leg, "seq": 3, "call_state": "Disconnected", "location": "abonent", "from": source, "to": desk,
                                      "disconnect_reason": 1110}),
            ("events/summary", {"entry_id": entry, "call_direction": 1, "from": source, "to": desk, "line_number": line,
                                "create_time": stamp - 40, "forward_time": stamp - 36, "talk_time": stamp - 31, "end_time": stamp,
                                "entry_result": 1, "disconnect_reason": 1110}),
        )
        return [lambda path=path, value=value: self.mango_event(path, value) for path, value in steps]

    def mango_event(self, path, value):
        body = self.mango_form(value)
        if len(body) < FORM_BYTES:
            body = self.mango_form(value | {"sip_call_id": "s" * max(0, FORM_BYTES - len(body) - 25)})
        return (f"POST /hooks/mango/{path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body

    def mango_form(self, value):
        text = json.dumps(value, separators=(",", ":"))
        sign = hashlib.sha256((self.mango_key + text + self.mango_salt).encode()).hexdigest()
        return urllib.parse.urlencode({"vpbx_api_key": self.mango_key, "sign": sign, "json": text}).encode()
