#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives the operator's page in headless Chromium by keyboard alone, through whole briefings.

    Tests/Pages/briefing.py URL TOKEN [--secret-file data/demo.secret] [--source demo] [--shots FOLDER]

With --secret-file it sends its own signed calls to URL/hooks/SOURCE first; without, it takes the calls that ring or talk.
Needs Debian's chromium and chromium-driver and the Python package selenium; installs them when they are missing.
Exit status 0: everything held; 1: the first thing that did not is named.
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def prepare():
    """Installs what is missing."""
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "chromium-driver"], check=True)
    try:
        import selenium  # noqa: F401
    except ImportError:
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--break-system-packages", "selenium"], check=True)


prepare()
from selenium import webdriver  # noqa: E402
from selenium.common.exceptions import StaleElementReferenceException  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

# What the callers of this test say: a project that the shipped agency rules qualify.
ANSWERS = {
    "purpose": ["new project", "buy", "order", "project"],
    "service": ["site", "shop", "website"],
    "decision maker": ["yes"],
    "tender": ["no"],
    "region": ["moscow"],
}
TYPED = {"money": "1 500 000", "number": "30", "count": "2", "days": "30", "date": "2027-01-15", "duration": "2 min", "time": "12:00",
         "phone": "+74951234567", "text": "more orders from the site", "weekday": "monday"}


class Failure(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Failure(what)
    print(f"ok   {what}", flush=True)


class API:
    def __init__(self, url, token):
        self.url, self.token = url.rstrip("/"), token

    def __call__(self, path, method="GET", body=None):
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "X-Operator": "driver"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)


class PBX:
    """Sends calls in the callsieve dialect (Standard Webhooks signature)."""

    def __init__(self, url, source, secret):
        self.address = f"{url.rstrip('/')}/hooks/{source}"
        self.key = base64.b64decode(secret.strip().removeprefix("whsec_") + "==")
        self.count = 0

    def send(self, call, event, number, **more):
        self.count += 1
        body = json.dumps({"call": call, "event": event, "from": number, "to": "+74950000101", "sequence": self.count,
                           "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **more}).encode()
        ident, stamp = f"{call}-{self.count}", str(int(time.time()))
        mac = hmac.new(self.key, f"{ident}.{stamp}.".encode() + body, hashlib.sha256).digest()
        request = urllib.request.Request(self.address, method="POST", data=body, headers={
            "Content-Type": "application/json", "webhook-id": ident, "webhook-timestamp": stamp,
            "webhook-signature": "v1," + base64.b64encode(mac).decode()})
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status

    def ring(self, number, name=None):
        call = f"page-{os.getpid()}-{self.count}"
        self.send(call, "incoming", number, **({"name": name} if name else {}))
        self.send(call, "answered", number, agent="12")
        return call


class Page:
    """The browser, reached through its keyboard."""

    def __init__(self, url, token, shots):
        options = webdriver.ChromeOptions()
        for flag in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,800", "--hide-scrollbars"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False})
        self.url, self.shots, self.numbered = url.rstrip("/"), shots, 0
        self.driver.get(f"{self.url}/login?token={urllib.parse.quote(token)}")

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def chord(self, modifier, key):
        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def type(self, text):
        ActionChains(self.driver).send_keys(text).perform()

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        for _ in range(5):
            try:
                found = self.all(selector)
                return found[0].text if found else ""
            except StaleElementReferenceException:
                continue
        return ""

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def wait(self, condition, what, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                value = condition()
                if value:
                    return value
            except StaleElementReferenceException:
                pass
            time.sleep(0.03)
        self.shot("failed")
        raise Failure(f"{what} (waited {seconds} s)")

    def ready(self):
        self.wait(lambda: self.script("return document.documentElement.dataset.ready === 'true'"), "the page is ready")

    def shot(self, name):
        if self.shots:
            self.numbered += 1
            os.makedirs(self.shots, exist_ok=True)
            self.driver.save_screenshot(os.path.join(self.shots, f"{self.numbered:02}-{name}.png"))

    def question(self):
        """The open question: its fact, and the words of its choices."""
        return self.script("""
            const open = document.querySelector(".question.current");
            if (!open) return null;
            return {fact: open.dataset.fact, choices: [...open.querySelectorAll(".choices button")].map((one) => one.textContent.trim().replace(/^[0-9] */, "")),
                    tags: !!open.querySelector("[role=checkbox]"), field: !!open.querySelector("input")};""")

    def saved(self):
        self.wait(lambda: not json.loads(self.script("return localStorage.getItem('callsieve.answers') ?? '[]'")), "every answer is saved")

    def faults(self):
        """What the browser complains about. 404 (nobody has taken it yet), 409 and 422 are answers that the page expects."""
        expected = ("status of 404", "status of 409", "status of 422")
        return [line["message"] for line in self.driver.get_log("browser")
                if line["level"] == "SEVERE" and not any(one in line["message"] for one in expected)]


def kind_of(api, lead, fact):
    briefing = api(f"/leads/{lead}/briefing")
    return next((one for one in briefing["questions"] if one["fact"] == fact), None)


def give(page, api, lead):
    """Answers the open question by the keyboard; returns its fact."""
    asked = page.question()
    question = kind_of(api, lead, asked["fact"])
    if asked["field"]:
        if question["kind"] == "money":
            page.type("a lot")
            page.press(Keys.ENTER)
            page.wait(lambda: page.all(".question.current .bad"), "a wrong amount is explained beside the field")
        page.chord(Keys.CONTROL, "a")
        page.type(TYPED.get(question["kind"], "1"))
        page.press(Keys.ENTER)
    else:
        values = [choice["value"] for choice in question["choices"]] or ["yes", "no"]
        wished = next((values.index(one) for one in ANSWERS.get(asked["fact"], []) if one in values), 0)
        page.press(str(wished + 1))
        if asked["tags"]:
            page.press(Keys.ENTER)
    page.saved()
    return asked["fact"]


def open_call(page, call):
    """Goes up and then down the list of calls until this one is open."""
    current = "return document.querySelector('#calls .item.current')?.dataset.call ?? null"
    for key in [Keys.PAGE_UP] * 20 + [Keys.PAGE_DOWN] * 60:
        if page.script(current) == call:
            return
        before = page.script(current)
        page.press(key)
        if page.script(current) == before:
            time.sleep(0.02)
    raise Failure(f"call {call} was not reached with PageDown")


def brief(page, api, call):
    """One whole briefing; everything by keys."""
    lead = call["lead"]
    open_call(page, call["id"])
    page.wait(lambda: page.text("#head"), "the caller is shown")
    page.shot("call-before-taking")
    page.press("t")
    page.wait(page.question, "taking the call offers a question")
    expect(api(f"/leads/{lead}/briefing")["operator"] == "Мария Page", "the briefing is held by the name that was typed")
    page.shot("first-question")

    first = page.question()["fact"]
    page.press("o")
    page.wait(lambda: page.script("return document.activeElement.id === 'control' && document.activeElement.tagName === 'INPUT'"), "O opens a field")
    page.type("something else entirely")
    page.press(Keys.ENTER)
    page.saved()
    expect(kind_of(api, lead, first)["state"] == "other", "an answer that fits no choice is kept as it was said")
    for _ in range(20):
        if (page.question() or {}).get("fact") == first:
            break
        page.press(Keys.ARROW_UP)
    page.press(Keys.ESCAPE)
    if page.script("return document.activeElement.tagName") == "INPUT":
        page.press(Keys.ESCAPE)
    page.press(Keys.DELETE)
    page.saved()
    expect(kind_of(api, lead, first)["state"] == "open", "Del clears the answer")
    page.press("n")

    given = []
    reloaded = False
    for _ in range(40):
        if api(f"/leads/{lead}/briefing")["preview"]["decided"]:
            break
        page.wait(page.question, "a question is open")
        given.append(give(page, api, lead))
        if len(given) == 2 and not reloaded:
            reloaded = True
            page.shot("before-reload")
            page.driver.refresh()
            page.ready()
            page.wait(lambda: page.all(".question"), "the same briefing is open after a reload")
            states = {one["fact"]: one["state"] for one in api(f"/leads/{lead}/briefing")["questions"]}
            shown = {one.get_attribute("data-fact"): one.text for one in page.all(".question")}
            expect(all(states[fact] == "answered" and shown[fact].strip() for fact in given), "a reload in the middle keeps every answer")
    print(f"     asked: {', '.join(given)}")
    page.wait(lambda: page.all(".verdict.decided"), "the page says that it is decided")
    page.shot("decided")
    page.press("c")
    page.wait(lambda: api(f"/leads/{lead}")["status"] != "BRIEFING", "C closes the briefing")
    expect(api(f"/leads/{lead}")["status"] in ("QUALIFIED", "ACCEPTED"), "the lead is QUALIFIED")
    page.wait(lambda: page.all("#head .chip.good"), "the page shows the new status")
    page.shot("closed")


def overrule(page, api, call):
    """A second call: a question is declined, and the operator decides otherwise."""
    lead = call["lead"]
    open_call(page, call["id"])
    page.press("t")
    page.wait(page.question, "the second call is taken")
    fact = page.question()["fact"]
    page.press(Keys.F4)
    page.saved()
    expect(kind_of(api, lead, fact)["state"] == "declined", "F4 puts down that it was not named")
    page.chord(Keys.SHIFT, Keys.F9)
    page.wait(lambda: page.all("dialog[open] select"), "Shift+F9 asks for a decision")
    page.type("not a")
    page.press(Keys.TAB)
    page.type("spam")
    page.press(Keys.TAB)
    if page.script("return document.activeElement.id") == "group":
        page.press(Keys.TAB)
    page.type("An advertising robot")
    page.shot("override")
    page.press(Keys.ENTER)
    page.wait(lambda: api(f"/leads/{lead}")["status"] == "NOT_A_LEAD", "the override is stored")
    expect(api(f"/leads/{lead}")["reason"] == "SPAM", "the override keeps its reason")
    page.wait(lambda: "An advertising robot" in page.text("#verdict") and "spam" in page.text("#verdict"), "the page shows what the person decided")
    page.shot("overridden")


def russian(page):
    page.press("g")
    page.ready()
    page.wait(lambda: page.script("return document.documentElement.lang") == "ru", "G changes the language")
    page.wait(lambda: "Звонки" in page.text("header") and "Перезвонить".upper() in page.text(".side").upper(), "the Russian page speaks Russian")
    expect("Leads" not in page.text("header") and "Keys" not in page.text("header"), "no English is left in the header")
    page.wait(lambda: page.all("#head"), "the same call is still open")
    page.shot("russian")
    page.press("?")
    page.wait(lambda: page.all("dialog[open] table"), "? shows the keys")
    page.shot("russian-keys")
    page.press(Keys.ESCAPE)
    page.press("l")
    page.wait(lambda: "/leads" in page.driver.current_url and page.all("table"), "L goes to the lists")
    page.driver.get(f"{page.url}/leads?view=dropped")
    expect("Отсеяны" in page.text("main"), "the list of dropped leads is there")
    page.shot("russian-dropped")
    links = page.all("tbody a")
    if links:
        links[0].send_keys(Keys.ENTER)
        page.wait(lambda: page.all("article"), "Enter on a lead shows its decisions")
        page.shot("russian-lead")


def calls_to_brief(api, arguments):
    if arguments.secret_file:
        with open(arguments.secret_file) as file:
            pbx = PBX(arguments.url, arguments.source, file.read())
        stamp = int(time.time()) % 10_000_000
        ids = [pbx.ring(f"+7916{stamp:07}", "<b>Иван</b> \"Quote\""), pbx.ring(f"+7917{stamp:07}")]
        live = {call["call_id"]: call for call in api("/calls?state=live&limit=200")["items"]}
        return [live[one] for one in ids]
    live = [call for call in api("/calls?state=live")["items"] if call["lead"]]
    if len(live) < 2:
        raise Failure("two calls with leads must be going on, or give --secret-file")
    return live[:2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--secret-file")
    parser.add_argument("--source", default="demo")
    parser.add_argument("--shots")
    arguments = parser.parse_args()
    api = API(arguments.url, arguments.token)
    page = None
    try:
        first, second = calls_to_brief(api, arguments)
        page = Page(arguments.url, arguments.token, arguments.shots)
        page.wait(lambda: page.all("dialog[open] input"), "the page asks for the operator's name")
        page.type("Мария Page")
        page.press(Keys.ENTER)
        page.ready()
        page.wait(lambda: page.all(".item"), "calls are listed")
        page.wait(lambda: "live" in page.text("#live"), "the live feed is connected")
        brief(page, api, first)
        overrule(page, api, second)
        russian(page)
        faults = page.faults()
        expect(not faults, f"the browser complains about nothing {faults or ''}")
        print("all held")
    except (Failure, urllib.error.URLError) as failure:
        print(f"FAIL {failure}")
        if page:
            print("\n".join(page.faults()))
        sys.exit(1)
    finally:
        if page:
            page.driver.quit()


if __name__ == "__main__":
    main()
