"""Lay out a small map: places on a sheet, marks that do not cover each other, names of wijken, a walk and a scale bar.

All sizes are in pixels of the smallest sheet that is shown, on a phone of 320 pixels wide. On a larger sheet the places move
apart and the marks keep their size, so what is readable on the smallest sheet is readable on every other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

WIDTH, HEIGHT = 288, 216
LEFT, RIGHT, TOP, BOTTOM = 22, 30, 26, 40
"""Margins without marks: the scale bar is below, and the north arrow at the top right."""
APART = 30
"""Least distance between two marks; a mark is 24 to 28 pixels wide, the least size of a target (WCAG 2.5.8)."""
LEAST_METRES = 400
"""A map of a single address shows this much around it."""
DEGREE = 111_320.0
"""Length of a degree of latitude, in metres."""
FRAME = 8
"""Least distance of a name to the left and right edge, because names are wider or narrower than their letters say."""
LETTER = 8.2
"""Average width of a letter of a name."""
COVERED = 40
"""Square pixels that a name may cover of marks and other names; a name without such a place is left to the list."""
ROUNDS = 400

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass(frozen=True)
class Sheet:
    """Places on a map, in the order given: the position of each, that of its mark, and the metres in a pixel."""

    places: tuple[Point, ...]
    marks: tuple[Point, ...]
    metres: float


@lru_cache(maxsize=256)
def lay_out(locations: tuple[Point, ...]) -> Sheet:
    """Return the sheet of places given as latitude and longitude, with north above.

    A degree of longitude gets the length that it has in the middle of the map. Over 30 km in the Netherlands this is wrong by
    less than half a percent, which no mark shows.
    """
    flat = _metres(locations)
    west, east = min(x for x, _ in flat), max(x for x, _ in flat)
    south, north = min(y for _, y in flat), max(y for _, y in flat)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    metres = max((east - west) / wide, (north - south) / high, LEAST_METRES / wide)
    middle_x, middle_y = LEFT + wide / 2, TOP + high / 2
    places = tuple(
        (middle_x + (x - (west + east) / 2) / metres, middle_y - (y - (south + north) / 2) / metres)
        for x, y in flat
    )
    return Sheet(places, _spread(places), metres)


@lru_cache(maxsize=256)
def walk(locations: tuple[Point, ...]) -> tuple[int, ...]:
    """Return a short walk along all places from the first one: each time the nearest, then without detours."""
    flat = _metres(locations)
    order, left = [0], list(range(1, len(flat)))
    while left:
        nearest = min(left, key=lambda each: (math.dist(flat[order[-1]], flat[each]), each))
        order.append(nearest)
        left.remove(nearest)
    return tuple(_without_detours(order, flat))


def _without_detours(order: list[int], flat: list[Point]) -> list[int]:
    """Turn parts of the walk around as long as that makes it shorter (2-opt); the first place stays first."""

    def saved(start: int, end: int) -> float:
        before, first, last = (flat[order[n]] for n in (start - 1, start, end))
        saved = math.dist(before, first) - math.dist(before, last)
        if end + 1 < len(order):
            after = flat[order[end + 1]]
            saved += math.dist(last, after) - math.dist(first, after)
        return saved

    shorter = True
    while shorter:
        shorter = False
        for start in range(1, len(order)):
            for end in range(start + 1, len(order)):
                if saved(start, end) > 0.01:
                    order[start : end + 1] = reversed(order[start : end + 1])
                    shorter = True
    return order


def scale_bar(metres: float) -> tuple[int, float]:
    """Return the length of the scale bar in metres, 1, 2 or 5 with zeros, and in pixels: at most a third of the sheet."""
    most = metres * WIDTH / 3
    power = 10 ** math.floor(math.log10(most))
    length = next(each * power for each in (5, 2, 1) if each * power <= most)
    return int(length), length / metres


def place_name(text: str, around: Sequence[Point], taken: Sequence[Box]) -> tuple[int, Point] | None:
    """Return the mark next to which to write the name of a wijk, and the distance; None if it would cover too much.

    Parameters
    ----------
    text : str
        The name.
    around : sequence of (float, float)
        The marks of the wijk.
    taken : sequence of Box
        What the name may not cover: every mark, and the names before it.

    Returns
    -------
    (int, (float, float)) or None
        Number of the mark, and the distance to the middle of the name in pixels. On a larger sheet the marks move apart and this
        distance stays, so the name remains with its wijk.
    """
    half = len(text) * LETTER / 2
    corners = [(half, -24), (-half, -24), (half, 24), (-half, 24)]
    shifts = [(0, -24), (0, 24), (half + 20, 0), (-half - 20, 0), *corners, (0, 34), (0, -34)]
    places = [
        (_covered(box, taken), number, inside)
        for shift in shifts
        for number, mark in enumerate(around)
        if _on_sheet(box := name_box(text, mark, inside := _inside(mark[0], shift, half)))
    ]
    covered, number, shift = min(places, key=lambda place: place[0], default=(math.inf, 0, (0, 0)))
    return (number, shift) if covered <= COVERED else None


def name_box(text: str, mark: Point, shift: Point) -> Box:
    """Return the box that a name next to a mark covers."""
    x, y, half = mark[0] + shift[0], mark[1] + shift[1], len(text) * LETTER / 2
    return x - half, y - 8, x + half, y + 8


def mark_boxes(mark: Point, *, danger: bool) -> list[Box]:
    """Return the boxes that a mark covers, with the triangle of a safety agreement."""
    x, y = mark
    return [(x - 14, y - 14, x + 14, y + 14), *([(x + 5, y - 25, x + 23, y - 8)] if danger else [])]


def corner_boxes(bar: float) -> list[Box]:
    """Return the boxes that the north arrow and a scale bar of this many pixels cover."""
    return [(WIDTH - 30, 0, WIDTH, 44), (6, HEIGHT - 34, 18 + max(bar, 36), HEIGHT)]


def hull(points: Sequence[Point]) -> list[Point]:
    """Return the corners of the convex area around points (the monotone chain of Andrew)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(sequence: list[Point]) -> list[Point]:
        corners: list[Point] = []
        for point in sequence:
            while len(corners) > 1 and _turn(corners[-2], corners[-1], point) <= 0:
                corners.pop()
            corners.append(point)
        return corners[:-1]

    return half(ordered) + half(ordered[::-1])


def _metres(locations: Sequence[Point]) -> list[Point]:
    """Return metres east and north of the equator and the meridian, true to scale near the places."""
    middle = math.radians((min(p[0] for p in locations) + max(p[0] for p in locations)) / 2)
    return [(longitude * DEGREE * math.cos(middle), latitude * DEGREE) for latitude, longitude in locations]


def _spread(places: tuple[Point, ...]) -> tuple[Point, ...]:
    """Move marks apart that would cover each other, each from its place and inside the margins."""
    marks = [list(mark) for mark in _opened(places)]
    for _round in range(ROUNDS):
        pushed = False
        for first, one in enumerate(marks):
            for other in marks[first + 1 :]:
                x, y = other[0] - one[0], other[1] - one[1]
                distance = math.hypot(x, y)
                if distance >= APART - 0.1:
                    continue
                push = (APART - distance) / 2
                x, y = (x / distance, y / distance) if distance > 0.01 else (1.0, 0.0)
                one[0], one[1] = one[0] - push * x, one[1] - push * y
                other[0], other[1] = other[0] + push * x, other[1] + push * y
                pushed = True
        for mark in marks:
            mark[0] = min(max(mark[0], LEFT), WIDTH - RIGHT)
            mark[1] = min(max(mark[1], TOP), HEIGHT - BOTTOM)
        if not pushed:
            break
    return tuple((x, y) for x, y in marks)


def _opened(places: tuple[Point, ...]) -> list[Point]:
    """Open up places that nearly coincide, such as homes above each other, like the seeds of a sunflower."""
    opened = []
    for number, (x, y) in enumerate(places):
        before = sum(math.dist(other, (x, y)) < APART / 2 for other in places[:number])
        away, angle = APART * 0.55 * math.sqrt(before), 2.4 * before
        opened.append((x + away * math.cos(angle), y + away * math.sin(angle)))
    return opened


def _inside(x: float, shift: Point, half: float) -> Point:
    """Return the shift of a name above or below a mark, moved sideways as far as the edges ask."""
    if abs(shift[0]) > half:
        return shift
    return min(max(x + shift[0], half + FRAME), WIDTH - half - FRAME) - x, shift[1]


def _covered(box: Box, taken: Sequence[Box]) -> float:
    return round(sum(_overlap(box, other) for other in taken), 3)


def _on_sheet(box: Box) -> bool:
    return box[0] >= FRAME and box[1] >= 2 and box[2] <= WIDTH - FRAME and box[3] <= HEIGHT - 2


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
