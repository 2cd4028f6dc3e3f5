"""Define the users of the load test for locust; `benchmarks.portal_load` starts it.

A coach looks at the week, opens an address and logs a contact, and sometimes undoes it or prints. If a colleague was
first, the coach sends the returned form again. A melder reports a worry. Users read each page for `PORTAL_PAUSE`
seconds, or send `PORTAL_RATE` requests a second each. With two to eight seconds a contact takes half a minute, as it
does at the door.
"""

from __future__ import annotations

import json
import os
import random
import re
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import Any

from locust import HttpUser, between, constant_throughput, events, task

GIVEN: list[dict[str, str]] = json.loads(Path(os.environ["PORTAL_USERS"]).read_text(encoding="utf-8"))
PAUSE = json.loads(os.environ["PORTAL_PAUSE"])
RATE = os.environ.get("PORTAL_RATE")
SAVED = Path(os.environ["PORTAL_SAVED"])
NUMBER = count()
LOGGED: list[int] = []
CONFLICTS: list[int] = []
WORRIES: list[int] = []


class Form(HTMLParser):
    """The fields of the page's own form, with the values that a browser would send unchanged."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect a field of the form without an action, which is the page's own."""
        attributes = dict(attrs)
        if tag == "form":
            self._inside = attributes.get("method") == "post" and not attributes.get("action")
        name = attributes.get("name")
        if not (self._inside and tag == "input" and name):
            return
        if attributes.get("type") in ("radio", "checkbox"):
            self.choices.setdefault(name, []).append(attributes.get("value") or "on")
            if "checked" not in attributes:
                return
        self.fields[name] = attributes.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """Leave the form at its end tag."""
        if tag == "form":
            self._inside = False


class Colleague(HttpUser):
    """A user who is already logged in, because login is throttled."""

    wait_time = constant_throughput(float(RATE)) if RATE else between(*PAUSE)
    """Seconds that a user reads a page."""

    def on_start(self) -> None:
        """Take the session of one of the created users."""
        self.me = GIVEN[next(NUMBER) % len(GIVEN)]
        self.client.cookies.set("sessionid", self.me["session"])
        self.client.headers["Referer"] = self.host or ""

    @task
    def work(self) -> None:
        """Do one task of the user's role."""
        if self.me["role"] == "melder":
            self.pass_on()
        else:
            self.visit()

    def visit(self) -> None:
        """Look at the week, open an address, log a contact."""
        week = self.page("/week/", "week")
        cases = re.findall(r"/week/adres/(\d+)/", week)
        if not cases:
            return
        case = random.choice(cases)  # noqa: S311
        self.page(f"/week/adres/{case}/", "week/adres")
        page = self.page(f"/week/adres/{case}/contact/", "week/adres/contact")
        for _attempt in range(5):
            form = Form(page)
            reached = random.choice(["ja", "nee"])  # noqa: S311
            with self.client.post(
                f"/week/adres/{case}/contact/",
                form.fields | {"reached": reached},
                name="week/adres/contact (save)",
                allow_redirects=False,
                catch_response=True,
            ) as answer:
                again = answer.headers.get("Location", "")
                undo_link = re.search(r"gedaan=(\d+)", again)
                if answer.status_code != 302:
                    answer.failure(f"not saved: {answer.status_code}")
                    return
                answer.success()
                if (
                    not undo_link
                ):  # a colleague was first, so the form returns with what was typed and is sent again
                    CONFLICTS.append(1)
                    page = self.page(again, "week/adres/contact (again)")
                    continue
                LOGGED.append(int(undo_link[1]))
                self.page(again, "week (saved)")
                break
        else:
            events.request.fire(
                request_type="LOST",
                name="five times a colleague was first",
                response_time=0,
                response_length=0,
                exception=AssertionError("not saved"),
            )
        if random.random() < 0.1:  # noqa: S311
            self.page("/week/papier/", "week/papier")
        if random.random() < 0.2:  # noqa: S311
            self.page("/week/in-zorg/", "week/in-zorg")

    def pass_on(self) -> None:
        """Report a worry about an address."""
        form = Form(self.page("/melden/", "melden"))
        chosen = {name: random.choice(values) for name, values in form.choices.items() if name != "urgent"}  # noqa: S311
        where = {"postcode": "1811 AB", "house_number": str(random.randint(1, 500)), "corporation": "load"}  # noqa: S311
        with self.client.post(
            "/melden/",
            form.fields | chosen | where,
            name="melden (save)",
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            if answer.status_code == 302:
                WORRIES.append(1)
                answer.success()
            else:
                answer.failure(f"not saved: {answer.status_code}")

    def page(self, path: str, name: str) -> str:
        """Open a page; a redirect to the login counts as a failure."""
        with self.client.get(path, name=name, allow_redirects=False, catch_response=True) as answer:
            if answer.status_code == 200:
                answer.success()
            else:
                answer.failure(f"status {answer.status_code}")
            text = str(answer.text)
        self.wait()
        return text


@events.test_stop.add_listener
def write_saved(**_event: Any) -> None:
    """Write the contacts that users saw saved."""
    saved = {"logged": LOGGED, "conflicts": len(CONFLICTS), "worries": len(WORRIES)}
    SAVED.write_text(json.dumps(saved), encoding="utf-8")
