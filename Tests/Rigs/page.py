# SPDX-License-Identifier: Apache-2.0
"""The operator's page in headless Chromium, by keyboard alone: a call appears, is taken, briefed and closed; a reload in the
middle loses nothing; declined, no fitting answer, a decision against the rules; the other language.

    python3 Tests/Rigs/page.py
"""
import shutil
import tempfile
import time

from rig.browser import Browser
from rig.calls import CallStory, post
from rig.http import Connection
from rig.service import Service
from rig.verdict import Verdict

CURRENT = "document.querySelector('li.question.current')?.dataset.fact"
VALUE = "document.querySelector('li.question[data-fact=\"{}\"] .value')?.textContent"
DECIDED = "document.querySelector('#verdict.decided')?.textContent"
SAVED = "localStorage.getItem('callsieve.answers') ?? '[]'"


class Desk:
    """A running service, a browser at its page, and what was found."""

    def __init__(self, service, browser, verdict):
        self.service, self.browser, self.verdict, self.number = service, browser, verdict, 0

    def ring(self, caller):
        """Places an answered call; the lead's id once the service has it."""
        self.number += 1
        story, connection = CallStory("page", self.number, caller), Connection(self.service.port)
        for mark, body in list(story.events())[:4]:
            post(connection, self.service.secret, mark, body)
        call = self.service.api().get(f"/api/v1/calls?source=demo&call_id={story.id}")["items"][0]
        return story, call

    def shown(self, caller):
        """Whether the call stands on the page, by the last digits of its number."""
        last = caller[-2:]
        return self.browser.wait(f"document.getElementById('calls').textContent.replace(/[^0-9]/g, '').includes('{last}')")

    def choose_call(self, call):
        """Steps through the calls with PageDown until this one is open."""
        for _ in range(30):
            self.browser.press("PageDown")
            if self.browser.wait(f"location.hash === '#call={call['id']}'", 0.4):
                return True
        for _ in range(30):
            self.browser.press("PageUp")
            if self.browser.wait(f"location.hash === '#call={call['id']}'", 0.4):
                return True
        return False

    def take(self, call):
        self.verdict.check("a call is reached by PageDown", self.choose_call(call))
        self.browser.wait("document.querySelector('#briefing .actions, #briefing button')")
        self.browser.press("t")
        self.verdict.check("T takes the briefing", self.browser.wait(f"{CURRENT} === 'purpose'"), str(self.browser.look(CURRENT)))

    def status(self, call):
        """The lead's status and reason, as the API says a moment later."""
        for _ in range(50):
            lead = self.service.api().get(f"/api/v1/leads/{call['lead']}")
            if lead["status"] not in ("NEW", "BRIEFING"):
                break
            time.sleep(0.1)
        return lead["status"], lead["reason"]


def enter(desk):
    """Logs in by the printed link and gives a name."""
    browser, service = desk.browser, desk.service
    browser.open(f"http://127.0.0.1:{service.port}/login?token={service.token}")
    if browser.wait("document.querySelector('dialog[open] input#name')", 5):
        browser.type("Anna Petrova")
        browser.press("Enter")
    desk.verdict.check("the page is ready", browser.wait("document.documentElement.dataset.ready === 'true'"))


def whole_briefing(desk):
    """Taken, answered, reloaded, answered, closed: in the sales book."""
    browser, verdict = desk.browser, desk.verdict
    story, call = desk.ring("+74956000011")
    verdict.check("a call shows by itself", desk.shown(story.caller))
    desk.take(call)
    browser.press("1")
    verdict.check("1 chooses, the next question opens", browser.wait(f"{CURRENT} === 'budget'"), str(browser.look(CURRENT)))
    browser.wait(f"({SAVED}) === '[]'")
    browser.reload()
    browser.wait("document.documentElement.dataset.ready === 'true'")
    verdict.check("a reload keeps call, answer and question",
                  browser.wait(f"location.hash === '#call={call['id']}' && {CURRENT} === 'budget' && {VALUE.format('purpose')}"))
    browser.type("700000")
    browser.press("Enter")
    verdict.check("the verdict shows before closing", browser.wait(DECIDED), str(browser.look("document.querySelector('#verdict')?.textContent")))
    browser.press("F9")
    verdict.same("F9 closes; the lead", desk.status(call), ("QUALIFIED", None))
    for _ in range(50):
        cards = desk.service.api().get("/book/api/v1/cards")["items"]
        if cards:
            break
        time.sleep(0.1)
    verdict.same("cards in the sales book", len(cards), 1)


def declined_and_other(desk):
    browser, verdict = desk.browser, desk.verdict
    _, call = desk.ring("+74956000012")
    desk.take(call)
    browser.press("o")
    browser.wait("document.activeElement?.id === 'control'")
    browser.type("an idea")
    browser.press("Enter")
    verdict.check("O takes an answer that fits no choice", browser.wait(f"({VALUE.format('purpose')} ?? '').includes('an idea')"))
    browser.wait(f"{CURRENT} === 'budget'")
    browser.press("F4")
    verdict.check("F4 declines", browser.wait(f"({VALUE.format('budget')} ?? '') !== ''"))
    browser.wait(f"({SAVED}) === '[]'")
    browser.press("F9")
    if not browser.wait("document.querySelector('#verdict')?.textContent.length && !document.querySelector('#briefing .actions')", 2):
        browser.press("F9")  # the second press says that it is meant, where something was still open
    verdict.same("the closed form decides; the lead", desk.status(call), ("QUALIFIED", None))


def override(desk):
    browser, verdict = desk.browser, desk.verdict
    _, call = desk.ring("+74956000013")
    desk.take(call)
    browser.press("2")
    verdict.check("not an enquiry is decided at once", browser.wait(DECIDED))
    browser.wait(f"({SAVED}) === '[]'")
    browser.press("F9", hold="Shift")
    verdict.check("Shift+F9 asks for a decision against the rules", browser.wait("document.activeElement?.id === 'then'"))
    for _ in range(6):
        if browser.look("document.activeElement?.id") == "note":
            break
        browser.press("Tab")
    browser.type("he is a client after all")
    browser.press("Enter")
    verdict.same("the person's decision counts; the lead", desk.status(call)[0], "QUALIFIED")


def other_language(desk):
    browser, verdict = desk.browser, desk.verdict
    browser.look("document.activeElement?.blur()")
    browser.press("g")
    verdict.check("G changes to Russian", browser.wait("document.documentElement.lang === 'ru'"))
    browser.wait("document.documentElement.dataset.ready === 'true'")
    browser.press("l")
    verdict.check("L goes to the lists", browser.wait("location.pathname === '/leads'"))


def main():
    verdict, folder = Verdict("page"), tempfile.mkdtemp(prefix="callsieve-page-")
    print("page: headless Chromium, keyboard alone")
    with Service(folder) as service, Browser() as browser:
        service.start()
        desk = Desk(service, browser, verdict)
        enter(desk)
        for part in (whole_briefing, declined_and_other, override, other_language):
            print(f" {part.__name__.replace('_', ' ')}")
            part(desk)
        # a lead that nobody has briefed yet has no briefing: the page asks and is told so
        complaints = [text for text in browser.complaints() if not ("/briefing " in text and "404" in text)]
        verdict.check("the browser has nothing to complain of", not complaints, str(complaints[:3]))
    if not verdict.failed:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"  kept: {folder}")
    verdict.end()


if __name__ == "__main__":
    main()
