# SPDX-License-Identifier: Apache-2.0
"""Calls of the callsieve dialect: bodies of their events, each with a mark that is found again in the store."""
import datetime
import json
import time

from . import signing

LINE = "+74950000101"


def at(seconds_ago=0.0):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class CallStory:
    """One call: `run` and `number` make its id; `events` are (mark, body) in order."""

    def __init__(self, run, number, caller, kind="answered", digits="1"):
        self.id, self.caller, self.kind = f"{run}-{number}", caller, kind
        self.run, self.number, self.digits = run, number, digits

    def event(self, name, /, **fields):
        """One event as it is now: its mark (also its id) and its body."""
        mark = f"ev-{self.run}-{self.number}-{name}"
        value = {"call": self.id, "event": name, "id": mark, "at": at(), "from": self.caller, "to": LINE}
        return mark, json.dumps(value | fields).encode()

    def events(self):
        yield self.event("decide")
        yield self.event("ringing", agent="12")
        if self.kind == "answered":
            yield self.event("digits", digits=self.digits)
            yield self.event("answered", agent="12", wait_s=4)
            yield self.event("ended", cause="caller hung up", wait_s=4, talk_s=31)
        else:
            yield self.event("missed", cause="no answer", wait_s=21)


def post(connection, secret, mark, body, source="demo"):
    """Posts one event, signed now; the answer."""
    stamp = int(time.time())
    return connection.request("POST", f"/hooks/{source}", signing.headers(secret, mark, stamp, body), body)
