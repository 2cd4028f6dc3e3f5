"""The map of *Deze week*: the addresses of one list as numbered marks, as plain values for an SVG without script or tiles.

Streets are not known, so the map shows only relative positions: wijken by name, a scale bar, and north at the top. Positions are
percentages of the sheet, so that marks and letters keep their size on every screen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

from django.utils.formats import number_format

from portal.casework.codes import State
from portal.casework.models import Listing
from portal.coach import geometry
from portal.coach.geometry import HEIGHT, WIDTH, Point

MOST = 30
"""Maximum number of marks: more do not fit next to each other on a phone."""
LONGEST = 26
"""Maximum number of letters of a name."""
NEW, CONTACT, WATCH, DONE = "nieuw", "contact", "waakvlam", "gedaan"
LOOKS = (NEW, CONTACT, WATCH, DONE)
"""How marks look, each with a shape and a colour of its own."""


@dataclass(frozen=True)
class Spot:
    """A point on the sheet, in percent from the left and from the top."""

    x: str
    y: str

    @classmethod
    def of(cls, point: Point) -> Spot:
        """Return a point in pixels of the smallest sheet as percentages, as SVG writes them."""
        return cls(f"{100 * point[0] / WIDTH:.2f}%", f"{100 * point[1] / HEIGHT:.2f}%")


@dataclass(frozen=True)
class Mark:
    """An address: its number on the list and its mark's position; ``door`` is the home's, if the mark was moved."""

    pk: int
    number: int
    street: str
    wijk: str
    state: str
    look: str
    danger: bool
    spot: Spot
    door: Spot | None


@dataclass(frozen=True)
class Name:
    """The name of a wijk, and its distance in pixels from the spot of one of its marks."""

    text: str
    beside: Spot
    dx: int
    dy: int


@dataclass(frozen=True)
class WeekMap:
    """The map of one list.

    Parameters
    ----------
    coach : str
        Whose list it is.
    marks : tuple of Mark
        The addresses in the order of the list, so in the order of the keyboard.
    names, areas : tuple
        The wijken: names, and areas in pixels of the smallest sheet as paths of SVG.
    steps : tuple of (Spot, Spot, Spot)
        The walk, one step per address: from, half way and to; empty if the list is not in walking order.
    bar : tuple of (str, Spot)
        Text and right end of the scale bar.
    looks : tuple of str
        The looks that occur, for the legend.
    danger : bool
        Whether an address has a safety agreement.
    missing : tuple of int
        Numbers of the addresses that are not on the map.
    nearest : tuple of (int, int, str), optional
        Numbers of the two addresses left to do that are nearest to each other, and their distance.
    """

    coach: str
    marks: tuple[Mark, ...]
    names: tuple[Name, ...]
    areas: tuple[str, ...]
    steps: tuple[tuple[Spot, Spot, Spot], ...]
    bar: tuple[str, Spot]
    looks: tuple[str, ...]
    danger: bool
    missing: tuple[int, ...]
    nearest: tuple[int, int, str] | None = None


def located(rows: Iterable[Listing]) -> list[Listing]:
    """Return the rows whose home has coordinates in the register."""
    return [row for row in rows if _location(row)]


def walking_order(rows: list[Listing]) -> list[Listing]:
    """Return the rows as a short walk from the first of the list; those without a place follow in their own order."""
    known = located(rows)
    walked = geometry.walk(_locations(known)) if known else []
    return [*(known[place] for place in walked), *(row for row in rows if not _location(row))]


def draw(coach: str, rows: list[Listing], walked: list[Listing]) -> WeekMap | None:
    """Draw the map of one list; None if no address has a place.

    Parameters
    ----------
    coach : str
        Whose list it is.
    rows : list of Listing
        The list in its order, done or not.
    walked : list of Listing
        What is left to do in walking order; empty if the page shows another order.
    """
    shown = sorted(located(rows), key=lambda row: row.done)[
        :MOST
    ]  # if they do not all fit, addresses that are done are left out first
    if not shown:
        return None
    shown.sort(key=lambda row: row.position)
    sheet = geometry.lay_out(_locations(shown))
    at = {row.pk: mark for row, mark in zip(shown, sheet.marks, strict=True)}
    marks = tuple(_mark(row, *points) for row, *points in zip(shown, sheet.marks, sheet.places, strict=True))
    names, areas = _wijken(shown, sheet)
    length, pixels = geometry.scale_bar(sheet.metres)
    return WeekMap(
        coach=coach,
        marks=marks,
        names=names,
        areas=areas,
        steps=_steps([at[row.pk] for row in walked if row.pk in at]),
        bar=(f"{length} m" if length < 1000 else f"{length // 1000} km", Spot.of((12 + pixels, 0))),
        looks=tuple(look for look in LOOKS if any(mark.look == look for mark in marks)),
        danger=any(mark.danger for mark in marks),
        missing=tuple(row.position for row in rows if row.pk not in at),
        nearest=_nearest(shown, sheet),
    )


def _nearest(rows: list[Listing], sheet: geometry.Sheet) -> tuple[int, int, str] | None:
    """Return the two addresses left to do that are nearest to each other, or None if fewer than two are left."""
    left = [(place, row.position) for row, place in zip(rows, sheet.places, strict=True) if not row.done]
    if len(left) < 2:
        return None
    (this_point, one), (that_point, other) = min(
        combinations(left, 2), key=lambda pair: math.dist(pair[0][0], pair[1][0])
    )
    return one, other, _distance(math.dist(this_point, that_point) * sheet.metres)


def _distance(metres: float) -> str:
    """Write a distance as the crow flies: in fifties of metres, and in kilometres from one kilometre."""
    fifties = max(50, 50 * round(metres / 50))  # homes above each other are near, not nowhere
    return f"{fifties} m" if fifties < 1000 else f"{number_format(metres / 1000, 1)} km"


def _location(row: Listing) -> Point | None:
    case = row.case
    if case.latitude is None or case.longitude is None:
        return None
    return case.latitude, case.longitude


def _locations(rows: Iterable[Listing]) -> tuple[Point, ...]:
    return tuple(location for row in rows if (location := _location(row)))


def _mark(row: Listing, mark: Point, place: Point) -> Mark:
    case = row.case
    moved = math.dist(mark, place) > geometry.APART / 2  # a nearer door is under its mark
    return Mark(
        pk=case.pk,
        number=row.position,
        street=case.street,
        wijk=case.wijk,
        state=str(State(case.state).label),
        look=_look(row),
        danger=bool(row.case.safety),
        spot=Spot.of(mark),
        door=Spot.of(place) if moved else None,
    )


def _look(row: Listing) -> str:
    if row.done:
        return DONE
    if not row.case.worked_on or row.case.state == State.NEW or row.case.finished:
        return NEW
    return WATCH if row.case.state == State.WATCH else CONTACT


def _wijken(rows: list[Listing], sheet: geometry.Sheet) -> tuple[tuple[Name, ...], tuple[str, ...]]:
    """Return the name and the area of each wijk with an address on the map."""
    inside: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        inside.setdefault(row.case.wijk, []).append(number)
    _length, bar = geometry.scale_bar(sheet.metres)
    taken = geometry.corner_boxes(bar)
    for row, mark in zip(rows, sheet.marks, strict=True):
        taken += geometry.mark_boxes(mark, danger=bool(row.case.safety))
    names, areas = [], []
    for wijk, numbers in inside.items():
        around = [sheet.marks[number] for number in numbers]
        corners = geometry.hull([*around, *(sheet.places[number] for number in numbers)])
        areas.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z")
        text = wijk if len(wijk) <= LONGEST else f"{wijk[: LONGEST - 1]}…"
        if wijk and (place := geometry.place_name(text, around, taken)):
            mark, shift = around[place[0]], place[1]
            taken.append(geometry.name_box(text, mark, shift))
            names.append(Name(text, Spot.of(mark), round(shift[0]), round(shift[1])))
    return tuple(names), tuple(areas)


def _steps(points: list[Point]) -> tuple[tuple[Spot, Spot, Spot], ...]:
    return tuple(
        (Spot.of(a), Spot.of(((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)), Spot.of(b)) for a, b in pairwise(points)
    )
