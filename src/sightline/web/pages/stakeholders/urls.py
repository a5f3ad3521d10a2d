"""The addresses of the people map."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.stakeholders import choosing, edits, files, made, saying, views

MAP = "accounts/<int:account_id>/map"
PERSON = f"{MAP}/people/<int:contact_id>"
urlpatterns = [
    path("settings/map", choosing.choose, name="choose"),
    path(MAP, views.show, name="show"),
    path(f"{MAP}.svg", files.picture, name="picture"),
    path(f"{MAP}/make/<slug:kind>", made.make, name="file-make"),
    path(f"{MAP}/files/<int:job_id>", made.status, name="file"),
    path(f"{MAP}/files/<int:job_id>/stop", made.stop, name="file-stop"),
    path(f"{MAP}/files/<int:job_id>/file", made.fetch, name="file-fetch"),
    path(f"{MAP}/wanted/<slug:role>", views.wanted, name="wanted"),
    path(f"{MAP}/wanted/<slug:role>/fill", edits.fill, name="fill"),
    path(PERSON, views.person, name="person"),
    path(f"{PERSON}/notes", views.notes, name="notes"),
    path(f"{PERSON}/say/<slug:field>", saying.say_field, name="say"),
    path(f"{PERSON}/role", edits.role, name="role-hold"),
    path(f"{PERSON}/tell", edits.role_tell, name="role-tell"),
    path(f"{PERSON}/holder", edits.holder, name="holder"),
    path(f"{PERSON}/off", edits.take_off, name="take-off"),
    path(f"{MAP}/roles/<int:role_id>/end", edits.role_end, name="role-end"),
    path(f"{MAP}/move", edits.move, name="move"),
    path(f"{MAP}/lines", edits.line, name="line-draw"),
    path(f"{MAP}/lines/<int:line_id>/end", edits.line_end, name="line-end"),
    path(f"{MAP}/add", edits.add, name="add"),
    path(f"{MAP}/bulk", edits.bulk, name="bulk"),
    path(f"{MAP}/reviewed", edits.reviewed, name="reviewed"),
    path(f"{MAP}/undo/<slug:stamp>", edits.undo, name="undo"),
]
