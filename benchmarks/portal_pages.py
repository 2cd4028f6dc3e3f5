"""Measure the server time of the coach's pages, for a list of forty addresses with half a year of signals.

`python -m benchmarks.portal_pages` creates a portal in a temporary folder, fills it and prints per page the median
``wall`` and ``cpu`` in milliseconds, as JSON. Read ``cpu`` on a machine that does other work at the same time.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from pipelines.installation import calendar

ADDRESSES, WEEKS, TIMES = 40, 26, 21
HOST = "localhost"


def fill(monday: date) -> int:
    """Publish a list and let a coach work on a quarter of it; return the coach's id."""
    from portal.accounts.models import Corporation, Role, Scope, User
    from portal.casework import care, services
    from portal.casework.codes import Kind
    from portal.casework.models import Case
    from portal.exchange import receive
    from portal.exchange.payload import Entry, News, Publication, Signals

    entries = tuple(
        Entry(
            corporatie_id="dewaard",
            overeenkomst_id=f"H{number:05d}",
            coach="Wooncoach",
            position=number,
            address=f"Voorbeeldstraat {number}",
            town="1811 AB Voorbeeldstad",
            name=f"Proefpersoon {number}",
            phone="06-00000000",
            wijk="Noord",
            reasons=(
                "Ruim twee maanden huurachterstand (€ 1.240).",
                "Twee overlastmeldingen.",
                "Niet thuis op 4 en 11 mei.",
            ),
            since=monday - timedelta(days=90),
            news=("Nieuw deze week: een overlastmelding.",),
            safety="Ga met twee personen." if number % 10 == 0 else "",
        )
        for number in range(1, ADDRESSES + 1)
    )
    signals = tuple(
        Signals(
            entry.corporatie_id,
            entry.overeenkomst_id,
            monday - timedelta(weeks=back),
            {"arrears": 20 - back // 2, "nuisance": 7 if back < 6 else 0},
            {"arrears_euro": 1240 - 40 * back},
        )
        for entry in entries
        for back in range(WEEKS)
    )
    news = tuple(
        News("dewaard", entry.overeenkomst_id, monday, "paid", "De achterstand is betaald.")
        for entry in entries
    )
    receive.publish(
        Publication(
            as_of=monday,
            corporatie_id="dewaard",
            corporations={"dewaard": "De Waard"},
            model="expert 1",
            entries=entries,
            signals=signals,
            news=news,
        )
    )
    coach = User.objects.create_user(username="coach", role=Role.COACH, second_factor=False)
    Scope.objects.create(user=coach, corporation=Corporation.objects.get(), wijk="")
    for case in Case.objects.order_by("pk")[: ADDRESSES // 4]:
        services.log_contact(
            coach,
            case.pk,
            version=1,
            token=f"t{case.pk}",
            kind=Kind.VISIT,
            reached=True,
            follow_up_on=calendar.today(),
        )
        care.hand_over(coach, case.pk, version=2, token=f"h{case.pk}", partner="wijkteam")
    return int(coach.pk)


def measure() -> dict[str, dict[str, float]]:
    """Open every page repeatedly; return the medians by URL."""
    from django.test import Client

    from portal.accounts.models import User
    from portal.casework.models import Case

    coach = User.objects.get(pk=fill(calendar.this_monday()))
    client = Client(headers={"host": HOST})
    client.force_login(coach, backend="portal.accounts.backend.Backend")
    case = Case.objects.order_by("pk").first()
    assert case is not None
    pages = [
        "/week/",
        "/week/in-zorg/",
        "/week/papier/",
        f"/week/adres/{case.pk}/",
        f"/week/adres/{case.pk}/contact/",
    ]
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True)[: TIMES + 1]
    saving = [save(client, f"/week/adres/{case}/contact/") for case in newest]
    return {page: median(client, page) for page in pages} | {"save a contact": medians(saving)}


def median(client, page: str) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Return the median wall and processor time of a page in milliseconds."""

    def opened() -> None:
        assert client.get(page).status_code == 200

    return medians([opened] * (TIMES + 1))


def save(client, page: str) -> Callable[[], None]:  # type: ignore[no-untyped-def]
    """Return a function that saves a first contact at an address."""

    def saved() -> None:
        form = {
            "token": page,
            "version": "1",
            "kind": "Huisbezoek",
            "on": str(calendar.today()),
            "reached": "ja",
        }
        assert client.post(page, form).status_code == 302

    return saved


def medians(requests: Sequence[Callable[[], None]]) -> dict[str, float]:
    """Return the median wall and processor time of requests after the first in milliseconds."""
    wall, cpu = [], []
    requests[0]()
    for request in requests[1:]:
        began, used = time.perf_counter(), time.process_time()
        request()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return {"wall": round(1000 * statistics.median(wall), 1), "cpu": round(1000 * statistics.median(cpu), 1)}


def print_measured(measure: Callable[[], object]) -> None:
    """Measure with a portal in a temporary folder, and print the result as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("DATABASE_URL", None)
        from portal import serve

        serve.prepare(Path(folder))
        print(json.dumps(measure(), indent=2))


if __name__ == "__main__":
    print_measured(measure)
