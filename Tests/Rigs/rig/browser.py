# SPDX-License-Identifier: Apache-2.0
"""Headless Chromium over the W3C WebDriver protocol: only what a keyboard can do, and looking."""
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request

from .service import free_port

# https://www.w3.org/TR/webdriver2/#keyboard-actions
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "PageDown": "\ue00f", "PageUp": "\ue00e", "ArrowDown": "\ue015", "ArrowUp": "\ue013",
        "Delete": "\ue017", "Shift": "\ue008", **{f"F{n}": chr(0xE030 + n) for n in range(1, 13)}}


class Browser:
    """Use it in a `with`."""

    def __enter__(self):
        driver, chromium = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
        if not driver or not chromium:
            raise SystemExit("no chromedriver or chromium; run scripts/install-packages page")
        self.port = free_port()
        self.process = subprocess.Popen([driver, f"--port={self.port}"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        options = {"binary": chromium, "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en",
                                                "--no-first-run", "--disable-background-networking", "--window-size=1280,900"]}
        capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
        for _ in range(100):
            try:
                self.session = self.call("POST", "/session", {"capabilities": capabilities})["sessionId"]
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("chromedriver does not answer")

    def __exit__(self, *_):
        try:
            self.call("DELETE", f"/session/{self.session}")
        except (OSError, RuntimeError):
            pass
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def call(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()[:400]) from error

    def do(self, method, path, value=None):
        return self.call(method, f"/session/{self.session}{path}", value)

    def open(self, address):
        self.do("POST", "/url", {"url": address})

    def reload(self):
        self.do("POST", "/refresh", {})

    def press(self, *keys, hold=None):
        """Presses keys one after the other where the focus is; `hold` stays down meanwhile."""
        steps = [{"type": "keyDown", "value": KEYS[hold]}] if hold else []
        for key in keys:
            value = KEYS.get(key, key)
            steps += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        if hold:
            steps.append({"type": "keyUp", "value": KEYS[hold]})
        self.do("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": steps}]})

    def type(self, text):
        self.press(*text)

    def look(self, expression):
        """The value of a JavaScript expression; looks, never clicks."""
        return self.do("POST", "/execute/sync", {"script": f"return {expression}", "args": []})

    def wait(self, expression, limit_s=10):
        """The first true value of the expression, or its last value when the time is over."""
        deadline = time.monotonic() + limit_s
        while True:
            try:
                value = self.look(expression)
            except RuntimeError:
                value = None  # the page is just being replaced
            if value or time.monotonic() > deadline:
                return value
            time.sleep(0.05)

    def complaints(self):
        """What the console called an error: a refused script or style, an exception, a failed request."""
        return [entry["message"] for entry in self.do("POST", "/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]
