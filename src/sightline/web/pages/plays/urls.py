"""Addresses of an account's plays and actions."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.plays import cells, edits, starting, steps, views, which

urlpatterns = [
    path("which", which.which, name="which"),
    path("<int:account_id>/", views.show, name="show"),
    path("<int:account_id>/activity", views.activity, name="activity"),
    path("<int:account_id>/start", starting.start, name="start"),
    path("<int:account_id>/<int:play_id>/change", edits.change, name="change"),
    path("<int:account_id>/<int:play_id>/move", edits.move, name="move"),
    path("<int:account_id>/<int:play_id>/people", edits.people, name="people"),
    path("<int:account_id>/<int:play_id>/cells", cells.cells, name="cells"),
    path("<int:account_id>/<int:play_id>/lines", cells.lines, name="lines"),
    path("<int:account_id>/<int:play_id>/settle", edits.settle, name="settle"),
    path("<int:account_id>/<int:play_id>/opportunity", edits.opportunity, name="opportunity"),
    path("<int:account_id>/<int:play_id>/follow", edits.follow, name="follow"),
    path("<int:account_id>/actions", steps.add, name="action-add"),
    path("<int:account_id>/from-note", steps.from_note, name="from-note"),
    path("<int:account_id>/actions/<int:action_id>", steps.settle, name="action-settle"),
]
