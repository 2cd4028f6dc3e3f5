"""URLs of the coach's pages."""

from __future__ import annotations

from django.urls import path

from portal.coach.views import (
    actions,
    address,
    agenda,
    care,
    contact,
    find,
    holiday,
    outside,
    owner,
    paper,
    partners,
    standing_in,
    week,
)

app_name = "coach"
urlpatterns = [
    path("", week.week, name="week"),
    path("in-zorg/", care.care, name="care"),
    path("waarneming/", holiday.holiday, name="holiday"),
    path("overdrachten/", partners.handovers, name="handovers"),
    path("in-zorg/overnemen/", owner.inherit, name="inherit"),
    path("in-zorg/terug/", owner.undo, name="undo_moves"),
    path("waarneming/terug/", holiday.back, name="back"),
    path("zoeken/", find.search, name="search"),
    path("afgerond/", find.finished, name="finished"),
    path("van-de-lijst/", find.left, name="left"),
    path("briefje/", paper.leaflet, name="leaflet"),
    path("papier/", paper.paper, name="paper"),
    path("dag/", outside.day, name="day"),
    path("worker.js", outside.worker, name="worker"),
    path("adres/<int:case_id>/", address.show, name="case"),
    path("adres/<int:case_id>/contact/", contact.log, name="contact"),
    path("adres/<int:case_id>/stand/", actions.state, name="state"),
    path("adres/<int:case_id>/groei/", actions.growth, name="growth"),
    path("adres/<int:case_id>/overdracht/", partners.hand_over, name="handover"),
    path("adres/<int:case_id>/bezwaar/", actions.objection, name="objection"),
    path("adres/<int:case_id>/afsluiten/", actions.close, name="close"),
    path("adres/<int:case_id>/openen/", actions.reopen, name="reopen"),
    path("adres/<int:case_id>/agenda.ics", agenda.appointment, name="agenda"),
    path("adres/<int:case_id>/zorg/", actions.worry, name="worry"),
    path("adres/<int:case_id>/in-zorg/", owner.own, name="own"),
    path("adres/<int:case_id>/collega/", owner.colleague, name="colleague"),
    path("contact/<int:contact_id>/terug/", contact.undo, name="undo"),
    path("overdracht/<int:handover_id>/antwoord/", partners.answer, name="answer"),
    path("overdracht/<int:handover_id>/nagevraagd/", partners.ask, name="ask"),
    path("overdracht/<int:handover_id>/antwoord-terugnemen/", partners.undo_answer, name="undo_answer"),
    path("waarneming/<int:user_id>/", standing_in.stand_in, name="stand_in"),
    path("waarneming/<int:user_id>/dag/", standing_in.stay, name="stay"),
    path("waarneming/<int:user_id>/terug/", standing_in.give_back, name="give_back"),
    path("overdracht/<int:handover_id>/terugnemen/", partners.undo_handover, name="undo_handover"),
    path("zorg/<int:worry_id>/oppakken/", actions.take, name="take"),
    path("zorg/<int:worry_id>/terugnemen/", actions.withdraw_worry, name="withdraw_worry"),
    path("zorg/<int:worry_id>/antwoord/", actions.reply, name="reply"),
]
