"""Add the errors of real exports: duplicate rows and rows with an impossible value; `write` lists their shares.

True rows are never changed. Without the added rows a delivery holds exactly what happened.
"""

from __future__ import annotations

import numpy as np

from pipelines.sample.text import Columns

# Per extract, the column and the value of rows that must not be accepted.
_WRONG: dict[str, tuple[tuple[str, str], ...]] = {
    "huurovereenkomsten": (
        ("begindatum", "31-02-2025"),
        ("brutohuur", "n.v.t."),
        ("eenheidsoort_code", "ZZZ"),
        ("overeenkomst_id", ""),
    ),
    "huurachterstanden": (
        ("overeenkomst_id", "OVK9999999"),
        ("saldo", "onbekend"),
        ("oudste_vervaldatum", "31-02-2026"),
        ("overeenkomst_id", ""),
    ),
    "overlastmeldingen": (
        ("beklaagde_eenheid_id", "EH999999"),
        ("registratiedatum", "32-13-2025 10:00"),
        ("zaak_id", ""),
    ),
    "reparatieverzoeken": (
        ("eenheid_id", "EH999999"),
        ("melddatum", "gisteren"),
        ("verzoek_id", ""),
        ("niet_thuis_datums", "2026-02-30"),
    ),
    "signaleringen": (("detailsoort_code", "BEW"),),
    "meldingen_medewerkers": (),  # only exact duplicates: a worry that is lost stops the list from being good
}
# Give each added row its own key, or it would be read as a new version of the row it was copied from.
_KEY = {
    "huurovereenkomsten": "overeenkomst_id",
    "overlastmeldingen": "zaak_id",
    "reparatieverzoeken": "verzoek_id",
    "signaleringen": "signalering_id",
}
# Columns to empty where the wrong value is an unknown home, because the row would otherwise still find its agreement.
_ALSO = {"beklaagde_eenheid_id": "beklaagde_overeenkomst_id", "eenheid_id": "overeenkomst_id"}
# Codes that only this corporation uses: the row loads and the code is counted as unmapped.
_LOCAL = {
    "overlastmeldingen": ("zaaktypedetailsoort_code", "BUR"),
    "reparatieverzoeken": ("defectsoort_code", "X99"),
}


def soil(extract: str, columns: Columns, turn: int, rng: np.random.Generator) -> Columns:
    """Add bad rows and exact duplicates among the rows of an extract.

    Parameters
    ----------
    extract : str
        The extract, which decides what can be wrong.
    columns : Columns
        The true rows.
    turn : int
        Number of the delivery; the kinds of mistakes alternate between deliveries.
    rng : Generator
        Chooses the rows.
    """
    rows = len(next(iter(columns.values())))
    if rows < 10 or extract not in _WRONG:
        return columns
    wrong = _WRONG[extract]
    if rows < 100:
        bad, twice = (1, 0) if turn % 3 == 0 else (0, 1 if turn % 3 == 1 else 0)
    else:
        every_kind = min(len(wrong), rows // 150)
        bad, twice = min(max(round(rows * 0.002), every_kind, 1), 25), min(max(round(rows * 0.001), 1), 10)
    columns = {name: values.copy() for name, values in columns.items()}
    if extract in _LOCAL and rows >= 100:
        column, value = _LOCAL[extract]
        columns[column][rng.integers(0, rows, 2)] = value
    copies = rng.integers(0, rows, bad + twice)
    soiled = {name: np.concatenate([values, values[copies]]) for name, values in columns.items()}
    for i in range(bad if wrong else 0):
        column, value = wrong[(turn + i) % len(wrong)]
        if extract in _KEY:
            soiled[_KEY[extract]][rows + i] = f"FOUT{turn:02d}{i:03d}"
        soiled[column][rows + i] = value
        if column in _ALSO and _ALSO[column] in soiled:
            soiled[_ALSO[column]][rows + i] = ""
    # Put copies anywhere in the file instead of at its end.
    place = np.concatenate([np.arange(rows, dtype=float), rng.uniform(0, rows, bad + twice)])
    order = np.argsort(place, kind="stable")
    return {name: values[order] for name, values in soiled.items()}
