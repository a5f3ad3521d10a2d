"""Addresses of the whitespace grid."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.whitespace import (
    acts,
    bulk,
    edits,
    sheets,
    sightings,
    suggestions,
    units,
    views,
)

CELL = "<int:account_id>/<slug:unit>/<slug:line>"
urlpatterns = [
    path("saw", sightings.saw, name="saw"),
    path("<int:account_id>/", views.show, name="show"),
    path("<int:account_id>/sighting", sightings.sighting, name="sighting"),
    path("<int:account_id>/bulk", bulk.change, name="bulk"),
    path("<int:account_id>/bulk/<int:batch_id>/undo", bulk.undo, name="bulk-undo"),
    path("<int:account_id>/units", units.units, name="units"),
    path("<int:account_id>/sheet", sheets.bring_back, name="sheet-in"),
    path("<int:account_id>/sheet.csv", sheets.take_out, {"kind": "csv"}, name="sheet"),
    path("<int:account_id>/sheet.xlsx", sheets.take_out, {"kind": "xlsx"}, name="sheet-xlsx"),
    path(CELL, views.cell, name="cell"),
    path(f"{CELL}/holder", edits.say_holder, name="holder-say"),
    path(f"{CELL}/eligibility", edits.say_eligibility, name="eligibility-say"),
    path(f"{CELL}/need", edits.say_need, name="need-say"),
    path(f"{CELL}/access", edits.say_access, name="access-say"),
    path(f"{CELL}/budget", edits.say_budget, name="budget-say"),
    path(f"{CELL}/sighting", sightings.sighting, name="cell-sighting"),
    path(f"{CELL}/play", views.to_play, name="cell-play"),
    path(f"{CELL}/decline", suggestions.decline, name="cell-decline"),
    path(f"{CELL}/suggest-again", suggestions.again, name="cell-suggest"),
    path(f"{CELL}/value", edits.say_value, name="value-say"),
    path(f"{CELL}/confirm", acts.confirm, name="cell-confirm"),
    path(f"{CELL}/owner", acts.own, name="cell-own"),
    path(f"{CELL}/method", acts.count_by, name="cell-method"),
]
