# SPDX-License-Identifier: Apache-2.0
"""The JSON API as an operator's page uses it."""
import json

from .http import Connection, Reset


class Refused(Exception):
    """The API answered with a problem; `status` and the problem's text are its arguments."""

    @property
    def status(self):
        return self.args[0]


class Api:
    def __init__(self, port, token, operator="Rig Operator"):
        self.connection = Connection(port)
        self.token, self.operator = token, operator

    def call(self, method, path, value=None):
        body = b"" if value is None else json.dumps(value).encode()
        headers = {"Authorization": f"Bearer {self.token}", "X-Operator": self.operator, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        for attempt in (0, 1):
            try:
                answer = self.connection.request(method, path, headers, body)
                break
            except Reset:
                # a kept-alive connection may have been closed while idle; a read is safe to repeat
                if attempt or method != "GET":
                    raise
        if answer.status >= 300:
            raise Refused(answer.status, answer.body.decode(errors="replace")[:400])
        return json.loads(answer.body) if answer.body else None

    def get(self, path):
        return self.call("GET", path)

    def pages(self, path, limit=200, pages_max=10_000):
        """All items of a list, page after page."""
        joiner = "&" if "?" in path else "?"
        cursor = None
        for _ in range(pages_max):
            page = self.get(f"{path}{joiner}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
            yield from page["items"]
            cursor = page.get("next")
            if not cursor:
                return
        raise RuntimeError(f"{path}: more than {pages_max} pages")

    def take(self, call_id):
        return self.call("POST", f"/api/v1/calls/{call_id}/briefing", {})

    def answer(self, lead_id, fact, value):
        return self.call("PUT", f"/api/v1/leads/{lead_id}/briefing/answers/{fact.replace(' ', '%20')}", {"value": value})

    def close(self, lead_id):
        return self.call("POST", f"/api/v1/leads/{lead_id}/briefing/close", {})

    def brief(self, call_id, answers):
        """Takes the briefing of a call, answers, closes; the closed briefing with its status."""
        lead = self.take(call_id)["lead"]
        for fact, value in answers.items():
            self.answer(lead, fact, value)
        return self.close(lead)
