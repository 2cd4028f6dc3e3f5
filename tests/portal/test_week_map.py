"""The map of the week: the positions of marks, what a page shows of it, and what happens without coordinates."""

from __future__ import annotations

import math
import random
import re
from itertools import pairwise, permutations

import pytest
from django.urls import reverse

from portal.casework.models import Case, Listing
from portal.coach import geometry
from portal.coach.geometry import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, lay_out
from portal.coach.week_map import MOST
from tests.portal import factories
from tests.portal.pages import shown, url

TOWN = (52.76, 5.40)
KM_NORTH, KM_EAST = 1 / 111.32, 1 / (111.32 * math.cos(math.radians(52.76)))


def apart(points) -> float:
    return min(math.dist(a, b) for n, a in enumerate(points) for b in points[n + 1 :])


def at(north: float, east: float) -> tuple[float, float]:
    """A place some kilometres north and east of the town."""
    return TOWN[0] + north * KM_NORTH, TOWN[1] + east * KM_EAST


def test_north_is_above_east_is_right_and_a_kilometre_is_as_long_both_ways():
    sheet = lay_out((at(0, 0), at(1, 0), at(0, 1)))
    (x, y), (north_x, north_y), (east_x, east_y) = sheet.places
    assert north_x == pytest.approx(x) and east_y == pytest.approx(y)
    assert y - north_y == pytest.approx(1000 / sheet.metres, rel=1e-3)
    assert east_x - x == pytest.approx(1000 / sheet.metres, rel=1e-3)


def test_a_single_address_stands_in_the_middle_of_its_surroundings():
    sheet = lay_out((TOWN,))
    assert sheet.marks == sheet.places
    assert sheet.metres * (WIDTH - LEFT - RIGHT) == pytest.approx(geometry.LEAST_METRES)


@pytest.mark.parametrize("spread", [0.0, 1e-6, 1e-4, 1e-2])
def test_marks_never_cover_each_other_and_stay_on_the_sheet(spread):
    draw = random.Random(5)
    for number in (2, 8, 15, 25):
        places = [(TOWN[0] + spread * draw.random(), TOWN[1] + spread * draw.random()) for _ in range(number)]
        places[-1] = places[0]  # two homes above each other
        marks = lay_out(tuple(places)).marks
        assert apart(marks) > 26
        assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in marks)


def test_addresses_that_lie_apart_stand_where_they_are():
    sheet = lay_out((at(0, 0), at(2, 1), at(-1, 2)))
    assert sheet.marks == sheet.places


def test_the_walk_begins_at_the_first_and_is_nearly_as_short_as_can_be():
    draw = random.Random(3)
    for _case in range(20):
        places = tuple(at(draw.random() * 3, draw.random() * 3) for _ in range(6))

        def length(order, places=places):
            return sum(math.dist(*(geometry._metres(places)[n] for n in pair)) for pair in pairwise(order))

        walk = geometry.walk(places)
        assert walk[0] == 0
        assert sorted(walk) == [*range(6)]
        assert length(walk) <= 1.15 * min(length((0, *rest)) for rest in permutations(range(1, 6)))


@pytest.mark.parametrize(("metres", "length"), [(1.7, 100), (2.1, 200), (9.9, 500), (25, 2000)])
def test_the_scale_bar_is_a_round_length_and_fits(metres, length):
    actual, pixels = geometry.scale_bar(metres)
    assert actual == length
    assert pixels == pytest.approx(length / metres)
    assert WIDTH / 8 < pixels <= WIDTH / 3


def test_the_name_of_a_wijk_stands_beside_its_marks_and_covers_nothing():
    marks = [(60.0, 40.0), (90.0, 40.0), (75.0, 70.0)]
    taken = [box for mark in marks for box in geometry.mark_boxes(mark, danger=True)]
    number, shift = geometry.place_name("Havenkwartier", marks, taken)
    box = geometry.name_box("Havenkwartier", marks[number], shift)
    assert geometry._covered(box, taken) <= geometry.COVERED
    assert geometry._on_sheet(box)
    assert math.hypot(*shift) < 75


def test_a_name_at_the_edge_moves_inwards():
    number, shift = geometry.place_name("Havenkwartier", [(25.0, 30.0)], [])
    assert (number, shift[1]) == (0, 24)
    assert geometry.name_box("Havenkwartier", (25.0, 30.0), shift)[0] == pytest.approx(geometry.FRAME)


def test_a_name_without_room_is_left_out():
    marks = [(x, y) for x in range(20, 280, 28) for y in range(20, 210, 28)]
    taken = [box for mark in marks for box in geometry.mark_boxes(mark, danger=False)]
    assert geometry.place_name("Havenkwartier", marks, taken) is None


def test_the_area_of_a_wijk_holds_its_places():
    square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    assert set(geometry.hull([*square, (5.0, 5.0), (0.0, 5.0)])) == set(square)
    assert geometry.hull([(1.0, 1.0), (1.0, 1.0)]) == [(1.0, 1.0)]


@pytest.fixture
def week(enter, coach):
    browser = enter(coach)
    return lambda order="": shown(browser.get(reverse("coach:week") + order))


def listed(corporation, *places):
    return [
        factories.listed_case(
            corporation, position=n, latitude=place and place[0], longitude=place and place[1]
        )
        for n, place in enumerate(places, 1)
    ]


pytestmark = pytest.mark.django_db


def test_without_coordinates_the_page_has_no_map_and_no_walk(week, corporation):
    listed(corporation, None, None, None)
    page = week("?volgorde=looproute")
    assert "<figure" not in page
    assert "?volgorde=looproute" not in page.replace('value="/week/?volgorde=looproute"', "")
    assert page.count('class="visit"') == 3


def test_the_map_numbers_and_links_the_addresses_and_marks_safety(week, corporation, coach):
    first, second, _third = listed(corporation, at(0, 0), at(1, 1), None)
    Listing.objects.filter(case=second).update(safety="Ga met twee personen.")
    factories.contact(first, by=coach)
    Case.objects.filter(pk=first.pk).update(worked_on=True, state="benaderd")
    page = week()
    links = dict(re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"><svg', page))
    assert links == {
        url("case", first): f"1. {first.street}, Noord, gedaan",
        url("case", second): f"2. {second.street}, Noord, Nog geen contact, Veiligheid",
    }
    assert re.findall(r'<svg class="mark (\w+)" x', page) == ["gedaan", "nieuw"]
    assert "1 adres staat niet op de kaart: nummer 3." in page
    assert "style=" not in page[page.index("<figure") : page.index("</figure>")]  # the policy forbids it


def test_the_walk_orders_the_page_and_is_drawn_for_what_is_left(week, corporation, coach):
    cases = listed(corporation, at(0, 0), at(3, 0), at(1, 0), None, at(2, 0), at(2.5, 0))
    factories.contact(cases[5], by=coach)
    assert 'class="step"' not in week()
    page = week("?volgorde=looproute")
    assert re.findall(r'id="adres-(\d+)"', page) == [str(cases[n].pk) for n in (0, 2, 4, 1, 3, 5)]
    assert page.count('class="step"') == 2 * 3
    assert 'class="step"' in week("?volgorde=postcode")
    assert 'class="step"' not in week("?volgorde=wijk")


def test_the_two_addresses_nearest_to_each_other_are_named(week, corporation, coach):
    cases = listed(corporation, at(0, 0), at(3, 0), at(0.3, 0.2), at(3, 1.25))
    assert "Het dichtst bij elkaar liggen 1 en 3: 350 m, hemelsbreed." in week()
    factories.contact(cases[0], by=coach)
    assert "Het dichtst bij elkaar liggen 2 en 4: 1,2 km, hemelsbreed." in week()
    for case in cases[1:3]:
        factories.contact(case, by=coach)
    assert "Het dichtst bij elkaar" not in week()


def test_homes_above_each_other_are_near(week, corporation):
    listed(corporation, at(0, 0), at(0, 0))
    assert "liggen 1 en 2: 50 m" in week()


def test_of_a_very_long_list_the_map_leaves_out_what_is_done(week, corporation, coach):
    cases = listed(corporation, *(at(n / 10, n % 3) for n in range(MOST + 2)))
    for case in cases[:2]:
        factories.contact(case, by=coach)
    page = week()
    assert page.count('class="ring"') == MOST
    assert "2 adressen staan niet op de kaart: nummer 1, 2." in page


def test_each_list_of_several_coaches_has_its_own_map(week, corporation):
    cases = listed(corporation, at(0, 0), at(1, 1))
    Listing.objects.filter(case=cases[1]).update(coach="Bo", position=1)
    page = week()
    assert page.count('class="sheet"') == 2
    assert ">Bo</p>" in page
