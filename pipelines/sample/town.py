"""Invent homes and people for a demo corporation: streets, postcodes and numbers that cannot exist."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.sample import ground
from pipelines.sample.demo import Demo

_STEMS = (
    "Wakker", "Zonnewijzer", "Tafelberg", "Eénhoorn", "Spinnewiel", "Lantaarn", "Kompas", "Crêpe",
    "Hoefijzer",
    "Paardenbloem", "Ankertouw", "Vuurtoren", "Klaproos", "Notenkraker", "Zeeëgel", "Windvaan", "Sleutelbos",
    "Appelboor", "Draaiorgel", "Theemuts", "Korenmaat", "Vlieger", "Knikker", "Boekenlegger",
)  # fmt: skip
_ENDINGS = ("straat", "laan", "hof", "pad", "singel", "dreef")
# Dutch postcodes never end in SA, SD or SS, so the address cannot exist.
_IMPOSSIBLE_LETTERS = ("SA", "SD", "SS")

_FIRST = (
    "Ada", "Bas", "Cleo", "Dirk", "Esmée", "Faas", "Guus", "Hanna", "Ibo", "Jesse", "Kim", "Loïs", "Mus",
    "Noor", "Otto", "Puck", "Quin", "Renée", "Sam", "Teun", "Umar", "Vera", "Wies", "Yfke", "Zoë",
)  # fmt: skip
# Surnames that are recognisably invented.
_LAST = (
    "Voorbeeld", "Proefman", "Testinga", "Demosma", "Fictema", "Nepveld", "Schijnhuis", "van den Verzin",
    "Zogenaamd", "de Bedachte", "Modelstra", "Fantasié", "Oefenaar", "van Nergenshuizen", "Dummyga",
    "Fabelaar", "Papierman", "de Gefingeerde", "Sjabloon", "Verzonnen",
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """The homes, one element per home in every array; neighbours have neighbouring indices."""

    wijk: np.ndarray
    woonplaats: np.ndarray
    straatnaam: np.ndarray
    huisnummer: np.ndarray
    huisletter: np.ndarray
    huisnummertoevoeging: np.ndarray
    postcode: np.ndarray
    flat: np.ndarray
    age: np.ndarray
    rent: np.ndarray
    block: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    boiler_week: np.ndarray


def build(demo: Demo, homes: int, rng: np.random.Generator) -> Town:
    """Return the homes street by street; each side of a range of street numbers is a block of 24 homes."""
    index = np.arange(homes)
    block = index // 24
    blocks = int(block[-1]) + 1
    wijk_of_block = (np.arange(blocks) * len(demo.wijken)) // blocks
    # Two blocks form a street; no two streets in a wijk have the same name.
    street_of_block = np.arange(blocks) // 2
    stem = street_of_block % len(_STEMS)
    ending = (street_of_block // len(_STEMS) + street_of_block) % len(_ENDINGS)
    round_ = street_of_block // (len(_STEMS) * len(_ENDINGS))
    names = np.array(
        [
            _STEMS[s] + _ENDINGS[e] + (f" {r + 1}" if r else "")
            for s, e, r in zip(stem, ending, round_, strict=True)
        ]
    )
    flat = (rng.random(blocks) < demo.flats)[block]
    built = rng.integers(demo.built[0], demo.built[1] + 1, blocks)[block]
    place = index % 24
    side = block % 2
    letter = np.where(~flat & (place == 23), "A", "")
    number = np.where(flat, 1 + side + 2 * (place // 6), 1 + side + 2 * (place - (letter == "A")))
    addition = np.where(flat, np.char.add(np.array(["", "1", "2", "3", "4", "5"])[place % 6], ""), "")
    addition = np.where(flat & (addition != ""), np.char.add(addition, "H"), addition)
    digits = (1301 + street_of_block % 7000)[block]
    letters = np.array(_IMPOSSIBLE_LETTERS)[side]
    low, high = demo.rents
    rent = low + (high - low) * np.clip(
        0.5 * rng.beta(2, 2.5, blocks)[block] + 0.5 * rng.beta(2, 2, homes), 0, 1
    )
    wijk = wijk_of_block[block]
    town_of_wijk = (np.arange(len(demo.wijken)) * len(demo.towns)) // len(demo.wijken)
    latitude, longitude = ground.locate(street_of_block[block], wijk, side, number)
    return Town(
        wijk=np.array(demo.wijken)[wijk],
        woonplaats=np.array(demo.towns)[town_of_wijk[wijk]],
        straatnaam=names[block],
        huisnummer=number.astype(str),
        huisletter=letter,
        huisnummertoevoeging=addition,
        postcode=np.char.add(np.char.add(digits.astype(str), " "), letters),
        flat=flat,
        age=2026 - built,
        rent=rent.round(2),
        block=block,
        latitude=latitude,
        longitude=longitude,
        boiler_week=np.where(rng.random(homes) < 0.6, rng.integers(0, 52, homes), -1),
    )


def people(count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the name, telephone number and e-mail address of `count` invented people.

    Telephone numbers begin with 06-0000, which no subscriber has; example.nl is reserved for documentation.
    """
    first = np.array(_FIRST)[rng.integers(0, len(_FIRST), count)]
    last = np.array(_LAST)[rng.integers(0, len(_LAST), count)]
    number = np.array([f"06-0000{n:04d}" for n in rng.integers(0, 10_000, count)])
    plain = np.array([n.encode("ascii", "ignore").decode().lower().replace(" ", "") for n in last])
    mail = np.array([f"{name}.{i}@example.nl" for i, name in enumerate(plain)])
    return {
        "naam": np.char.add(np.char.add(first, " "), last),
        "telefoon": np.where(rng.random(count) < 0.9, number, ""),
        "email": np.where(rng.random(count) < 0.7, mail, ""),
        "geslacht": np.array(["M", "V", "X"])[rng.integers(0, 3, count)],
        "geboortejaar": rng.integers(1935, 2005, count),
    }
