"""Operations that write: contacts, worries and objections, through the services that the pages use."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from django.core.exceptions import ValidationError
from django.db import transaction
from ninja import Header, Router, Status

from portal.accounts.access import cases_for, coaches_for
from portal.accounts.models import Role
from portal.api import writes
from portal.api.auth import Bearer, Call
from portal.api.problems import Changed, Problem
from portal.api.schemas import ContactIn, ContactOut, ObjectionIn, ObjectionOut, WorryIn, WorryOut, hour
from portal.casework import care, services, worries
from portal.casework.codes import State
from portal.casework.models import Case

router = Router(tags=["write"])
router.add_decorator(transaction.atomic)  # a refused request leaves nothing, not even its key
REFUSED = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        description="An id of the sender for this write. The same request with the same key counts once.",
    ),
]


def _case(request: Call, corporation: str, agreement: str) -> Case:
    return cases_for(request.user).get(corporation=corporation, overeenkomst_id=agreement)


@router.post(
    "/contacts",
    auth=Bearer(Role.COACH),
    response={201: ContactOut, **REFUSED, 409: Changed},
    operation_id="addContact",
    url_name="contacts",
)
def contacts(request: Call, content: ContactIn, key: Key) -> Status[ContactOut]:
    """Log a contact. Without `coach` an address in nobody's care stays so, and its coaches see that it waits."""
    before = writes.begin(request, key)
    case = _case(request, content.corporation, content.agreement)
    values = content.dict(exclude={"corporation", "agreement", "coach"})
    values["needs"] = " ".join(content.needs)
    values["follow_up_at"] = content.follow_up_at and time.fromisoformat(content.follow_up_at)
    contact = services.log_contact(request.user, case.pk, token=writes.token(request.user, key), **values)
    if content.follow_up_at and contact.follow_up_at is None:
        raise ValidationError(
            {"follow_up_at": "An hour needs a next step on a day; the end of a watch has none."}
        )
    case = contact.case
    if content.coach and not before:
        owner = coaches_for(case).filter(username=content.coach).first()
        if owner is None:
            raise ValidationError({"coach": "No coach of that name works in this wijk."})
        case = services.take_over(request.user, case.pk, version=case.version, owner=owner)
    saved = ContactOut(
        reference=contact.reference,
        on=contact.on,
        state=State(contact.state),
        follow_up_on=contact.follow_up_on,
        follow_up_at=hour(contact.follow_up_at),
        version=case.version,
    )
    return Status(201, saved)


@router.post(
    "/worries",
    auth=Bearer(Role.COACH, Role.MELDER),
    response={201: WorryOut, **REFUSED},
    operation_id="addWorry",
    url_name="worries",
)
def add_worry(request: Call, content: WorryIn, key: Key) -> Status[WorryOut]:
    """Pass on a worry. Coaches see an urgent one at once."""
    writes.begin(request, key)
    if content.call_back and not (content.urgent and request.user.role == Role.COACH):
        raise ValidationError(
            {"call_back": "Only an urgent worry of a program with the role coach keeps this."}
        )
    case = _case(request, content.corporation, content.agreement) if content.agreement else None
    worry = worries.pass_on_worry(
        request.user,
        token=writes.token(request.user, key),
        case_id=case.pk if case else None,
        corporation=content.corporation,
        eenheid_id=content.unit,
        postcode=content.postcode,
        house_number=content.house_number,
        source=content.source,
        worry=content.worry,
        urgent=content.urgent,
        call_back=content.call_back,
    )
    return Status(201, WorryOut(reference=worry.reference))


@router.post(
    "/objections",
    auth=Bearer(Role.COACH),
    response={201: ObjectionOut, **REFUSED},
    operation_id="addObjection",
    url_name="objections",
)
def objections(request: Call, content: ObjectionIn, key: Key) -> Status[ObjectionOut]:
    """Register a tenant's objection: the address leaves the list at once. An earlier one stays in force."""
    writes.begin(request, key)
    case = _case(request, content.corporation, content.agreement)
    objection = care.object_to(request.user, case.pk, on=content.on)
    return Status(201, ObjectionOut(reference=objection.reference, on=objection.on))
