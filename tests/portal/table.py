"""Who may open which page. Every URL of the portal has a row here, in its own module's table or in this one.

A row: URL name -> (roles, arguments). Arguments are made from a case of the user's own corporation and from one of
another's; a URL without arguments has none. ANYBODY: without logging in. A URL that is not in `TABLE` fails the test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.accounts.models import Role
from tests.portal import factories

Arguments = Callable[[Any], tuple[Any, ...]]
ANYBODY = frozenset({"anybody"})
EVERY = frozenset(Role.values)
TABLE: dict[str, tuple[frozenset[str], Arguments | None]] = {
    "home": (EVERY, None),
    "help": (EVERY, None),
    "style": (EVERY, None),
    "health": (ANYBODY, None),
    "audit": (frozenset({Role.AUDITOR, Role.ANALYST}), None),
    "audit_find": (frozenset({Role.AUDITOR}), None),
    "audit_csv": (frozenset({Role.AUDITOR}), None),
    "coach:week": (frozenset({Role.COACH}), None),
    "coach:care": (frozenset({Role.COACH}), None),
    "coach:paper": (frozenset({Role.COACH}), None),
    "coach:day": (frozenset({Role.COACH}), None),
    "coach:worker": (ANYBODY, None),
    "coach:case": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:contact": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:state": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:growth": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:handover": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:objection": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:worry": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:colleague": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:own": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:undo": (frozenset({Role.COACH}), lambda case: (factories.contact(case).pk,)),
    "coach:answer": (frozenset({Role.COACH}), lambda case: (factories.handover(case).pk,)),
    "coach:ask": (frozenset({Role.COACH}), lambda case: (factories.handover(case).pk,)),
    "coach:undo_answer": (frozenset({Role.COACH}), lambda case: (factories.handover(case).pk,)),
    "coach:undo_handover": (frozenset({Role.COACH}), lambda case: (factories.handover(case).pk,)),
    "coach:take": (frozenset({Role.COACH}), lambda case: (factories.worry(case, urgent=True).pk,)),
    "coach:withdraw_worry": (frozenset({Role.COACH}), lambda case: (factories.worry(case).pk,)),
    "coach:reply": (frozenset({Role.COACH}), lambda case: (factories.worry(case, urgent=True).pk,)),
    "coach:reopen": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:close": (frozenset({Role.COACH}), lambda case: (case.pk,)),
    "coach:agenda": (frozenset({Role.COACH}), lambda case: (factories.planned(case).pk,)),
    "coach:holiday": (frozenset({Role.COACH}), None),
    "coach:stand_in": (
        frozenset({Role.COACH}),
        lambda case: (factories.user(Role.COACH, case.corporation).pk,),
    ),
    "coach:stay": (
        frozenset({Role.COACH}),
        lambda case: (factories.user(Role.COACH, case.corporation).pk,),
    ),
    "coach:give_back": (
        frozenset({Role.COACH}),
        lambda case: (factories.user(Role.COACH, case.corporation).pk,),
    ),
    "coach:back": (frozenset({Role.COACH}), None),
    "coach:left": (frozenset({Role.COACH}), None),
    "coach:undo_moves": (frozenset({Role.COACH}), None),
    "coach:inherit": (frozenset({Role.COACH}), None),
    "coach:handovers": (frozenset({Role.COACH}), None),
    "coach:leaflet": (frozenset({Role.COACH}), None),
    "coach:search": (frozenset({Role.COACH}), None),
    "coach:finished": (frozenset({Role.COACH}), None),
    "manager:trends": (frozenset({Role.MANAGER}), None),
    "manager:together": (frozenset({Role.MANAGER}), None),
    "manager:corporation": (frozenset({Role.MANAGER}), lambda case: (case.corporation_id,)),
    "manager:report": (frozenset({Role.MANAGER}), lambda case: (case.corporation_id,)),
    "manager:board": (frozenset({Role.MANAGER}), lambda case: (case.corporation_id,)),
    "manager:csv": (frozenset({Role.MANAGER}), lambda case: (case.corporation_id, "signalen")),
    "analyst:runs": (frozenset({Role.ANALYST}), None),
    "analyst:run": (frozenset({Role.ANALYST}), lambda case: (factories.run(case.corporation).pk,)),
    "analyst:server": (frozenset({Role.ANALYST}), None),
    "analyst:signals": (frozenset({Role.ANALYST}), None),
    "analyst:users": (frozenset({Role.ANALYST}), None),
    "analyst:add_user": (frozenset({Role.ANALYST}), None),
    "analyst:user": (
        frozenset({Role.ANALYST}),
        lambda case: (factories.user(Role.COACH, case.corporation).pk,),
    ),
    **{
        f"analyst:{step}": (
            frozenset({Role.ANALYST}),
            lambda case: (factories.user(Role.COACH, case.corporation).pk,),
        )
        for step in ("password", "factor", "unlock")
    },
    "analyst:issue": (frozenset({Role.ANALYST}), lambda case: (factories.program(case.corporation).pk,)),
    "analyst:revoke": (frozenset({Role.ANALYST}), lambda case: (factories.token(case.corporation).pk,)),
    "analyst:unmatched": (frozenset({Role.ANALYST}), None),
    "analyst:answer": (frozenset({Role.ANALYST}), lambda case: (factories.unmatched(case.corporation).pk,)),
    "incident": (frozenset({Role.COACH, Role.MANAGER, Role.ANALYST}), None),
    "withdraw_incident": (frozenset({Role.COACH, Role.MANAGER, Role.ANALYST}), None),
    "melder:worry": (frozenset({Role.MELDER, Role.COACH}), None),
    "melder:withdraw": (frozenset({Role.MELDER, Role.COACH}), None),
    "melder:thanks": (frozenset({Role.MELDER, Role.COACH}), None),
    # The interface for programs checks the token itself: test_api.py
    "api:openapi": (ANYBODY, None),
    "api:week": (ANYBODY, None),
    "api:handover": (ANYBODY, lambda case: (factories.handover(case).reference,)),
    "api:trends": (ANYBODY, None),
    "api:contacts": (ANYBODY, None),
    "api:worries": (ANYBODY, None),
    "api:objections": (ANYBODY, None),
    # allauth: the way in is open, the rest is for whoever is in
    "set_language": (ANYBODY, None),
    "account_login": (ANYBODY, None),
    "account_logout": (ANYBODY, None),
    "account_inactive": (ANYBODY, None),
    "socialaccount_login_cancelled": (ANYBODY, None),
    "socialaccount_login_error": (ANYBODY, None),
    "socialaccount_signup": (ANYBODY, None),
    "openid_connect_login": (ANYBODY, lambda case: ("werk",)),
    "openid_connect_callback": (ANYBODY, lambda case: ("werk",)),
    "mfa_authenticate": (ANYBODY, None),
    "account_reauthenticate": (EVERY, None),
    "account_change_password": (EVERY, None),
    "account_set_password": (EVERY, None),
    "mfa_index": (EVERY, None),
    "mfa_reauthenticate": (EVERY, None),
    "mfa_activate_totp": (EVERY, None),
    "mfa_deactivate_totp": (EVERY, None),
    "mfa_view_recovery_codes": (EVERY, None),
    "mfa_generate_recovery_codes": (EVERY, None),
    "mfa_download_recovery_codes": (EVERY, None),
}
NO_PAGE = frozenset(
    {
        *(name for name in TABLE if name.startswith("api:")),
        *(f"analyst:{button}" for button in ("password", "factor", "unlock", "issue", "revoke")),
        *(f"coach:{button}" for button in ("own", "undo", "ask", "take", "reply", "reopen", "close", "inherit", "undo_moves")),
        "coach:withdraw_worry",
        *(f"coach:{button}" for button in ("undo_answer", "undo_handover", "stand_in", "stay", "give_back", "back")),
        *("melder:withdraw", "withdraw_incident", "set_language"),
        *("health", "audit_csv", "coach:day", "coach:worker", "coach:agenda", "manager:csv", "mfa_download_recovery_codes"),
        *("home", "account_set_password", "socialaccount_signup", "openid_connect_login", "openid_connect_callback"),
        "mfa_authenticate",
    }
)  # fmt: skip
"""URLs that show no page of their own: of the interface, of a button, of a file, or leading to another page.

The page of `mfa_authenticate` is open only between password and code: `tests/browser/test_first_login.py`.
"""
