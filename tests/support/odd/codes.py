"""Kind 3: codes that mean something else, or that are written otherwise."""

from tests.support.changes import every, fill, renamed, swap
from tests.support.odd.odd import ARREARS, LEASE, LEDGER, NUISANCE, REPAIRS, Odd

NAMES = {"AFG": "Afgehandeld", "GEA": "Geannuleerd", "INB": "In behandeling", "AAN": "Aangemaakt"}
PHASES = ["geen", "herinnering", "aanmaning", "sommatie", "deurwaarder"]

CASES = [
    Odd("names of states", NUISANCE, every(status_code=NAMES.__getitem__)),
    Odd("names of states of repairs", REPAIRS, every(status_code=NAMES.__getitem__)),
    Odd("small letters", NUISANCE, every(status_code=str.lower)),
    Odd("code and name", NUISANCE, every(status_code=lambda v: f"{v} - {NAMES[v]}")),
    Odd("names of kinds of homes", LEASE, every(eenheidsoort_code=lambda v: {"WOO": "Woonruimte", "PAR": "Parkeergelegenheid"}[v])),
    Odd("own codes of kinds of homes", LEASE, renamed("eenheidsoort_code", "WOO=WON PAR=GAR")),
    Odd("garages as homes", LEASE, fill(eenheidsoort_code="WOO")),
    Odd("homes and garages swapped", LEASE, renamed("eenheidsoort_code", "WOO=PAR PAR=WOO")),
    Odd("homes as INT", LEASE, renamed("eenheidsoort_code", "WOO=INT")),
    Odd("phases as numbers", ARREARS, every(incassofase=lambda v: str(PHASES.index(v)))),
    Odd("phases with a capital", ARREARS, every(incassofase=str.capitalize)),
    Odd("no phase at all", ARREARS, fill(incassofase="geen")),
    Odd("the next phase instead of the last", ARREARS,
        renamed("incassofase", "geen=herinnering herinnering=aanmaning aanmaning=sommatie")),
    Odd("two phases swapped", ARREARS, renamed("incassofase", "geen=deurwaarder deurwaarder=geen")),
    Odd("VER for verlopen", ARREARS, renamed("regeling_status_code", "ANN=VER")),
    Odd("AAN for aan", ARREARS, renamed("regeling_status_code", "ANN=BEE ACT=AAN")),
    Odd("running and stopped plans swapped", ARREARS, renamed("regeling_status_code", "ANN=ACT ACT=ANN")),
    Odd("an end for running plans", ARREARS, fill(regeling_eindereden_code="VOL")),
    Odd("GEA for gereed", REPAIRS, renamed("status_code", "AFG=GEA")),
    Odd("GEA for geaccepteerd", NUISANCE, renamed("status_code", "INB=GEA GEA=AFG")),
    Odd("AFG for afgewezen", NUISANCE, renamed("status_code", "GEA=AFG AFG=GES")),
    Odd("repairs and planned work swapped", REPAIRS, renamed("onderhoudsoort_code", "REP=PLN PLN=REP")),
    Odd("all work is a repair", REPAIRS, fill(onderhoudsoort_code="REP")),
    Odd("installation faults as INS", REPAIRS, renamed("onderhoudsoort_code", "REP=INS")),
    Odd("names of kinds of nuisance", NUISANCE,
        every(zaaktypedetailsoort_code=lambda v: {"GEL": "Geluidsoverlast", "RUZ": "Burenruzie"}.get(v, v))),
    Odd("details of another kind of case", NUISANCE, renamed("zaaktypedetailsoort_code", "GEL=HUA RUZ=HUR")),
    Odd("another kind of case", NUISANCE, fill(zaaktypesoort_code="FIN")),
    Odd("WOO for woonoverlast", NUISANCE, fill(zaaktypesoort_code="WOO")),
    Odd("kind and detail swapped", NUISANCE, swap("zaaktypesoort_code", "zaaktypedetailsoort_code")),
    Odd("ONT for ontbinding", LEASE, renamed("eindereden_code", "OPZ=ONT")),
    Odd("ONT for ontvangen opzegging", LEASE, renamed("eindedetailreden_code", "REG=ONT")),
    Odd("names of reasons", LEASE, renamed("eindereden_code", "OPZ=Opzegging")),
    Odd("claims and receipts swapped", LEDGER, renamed("soort_code", "VOR=ONT ONT=VOR")),
    Odd("UIT for uit bank", LEDGER, renamed("soort_code", "ONT=UIT")),
    Odd("STO for storting", LEDGER, renamed("detailsoort_code", "BAN=STO STO=BAN")),
    Odd("names of entries", LEDGER, renamed("detailsoort_code", "PRO=Prolongatie BAN=Bank STO=Storno")),
]  # fmt: skip
