"""Give every invented home a place on the map: in the water of the IJsselmeer, where nobody lives.

Nothing is drawn at random, so a world is the same with and without coordinates.
"""

from __future__ import annotations

import numpy as np

CENTRE = (52.76, 5.40)
"""Latitude and longitude of the middle of the town, at least ten kilometres from every shore."""
METRES = 111_320.0
"""Length of a degree of latitude."""
_RING, _ROW, _HOUSE, _WIDTH = 2_400.0, 70.0, 9.0, 22.0
"""Distances in metres: wijken from the middle, streets and house numbers from the next, and the sides of a street."""
_UNKNOWN = 53
"""One street in this many is too new for a map."""


def locate(
    street: np.ndarray, wijk: np.ndarray, side: np.ndarray, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude of each home; NaN where the street is on no map yet.

    Parameters
    ----------
    street, wijk : array of int
        Number of the street and of the wijk of each home, from 0 and without gaps.
    side, number : array of int
        Side of the street (0 or 1) and house number; homes above each other share both.
    """
    first = np.array([street[wijk == each].min(initial=0) for each in range(int(wijk.max()) + 1)])
    nth = street - first[wijk]
    # The first wijk is the middle of the town and the others lie around it, each with streets in its own direction.
    others = max(len(first) - 1, 1)
    around = 2 * np.pi * wijk / others
    distance = np.where(wijk > 0, _RING * (1 + 0.25 * (wijk % 2)), 0.0)
    column, row = nth % 3 - 1, nth // 3
    along = column * 32 * _HOUSE + (number - 12) * _HOUSE
    across = (row - 3) * _ROW + (side - 0.5) * _WIDTH
    turn = 0.7 * wijk
    east = distance * np.cos(around) + along * np.cos(turn) - across * np.sin(turn)
    north = distance * np.sin(around) + along * np.sin(turn) + across * np.cos(turn)
    known = street % _UNKNOWN != _UNKNOWN - 1
    latitude = CENTRE[0] + north / METRES
    longitude = CENTRE[1] + east / (METRES * np.cos(np.radians(CENTRE[0])))
    return np.where(known, latitude, np.nan), np.where(known, longitude, np.nan)
