"""Addresses for the journey of a field that saves itself: a page and a server that may refuse."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import engines
from django.urls import include, path

from sightline.web.conflict import Conflict, conflict_panel
from sightline.web.gate import public, to_sign_in
from sightline.web.htmx import say

PAGE = """{% extends "bare.html" %}{% load ui %}{% block content %}<h1>Note</h1>
<div class="saved" id="save-state" data-state="saved" hidden role="status" data-text-all="All changes saved"></div>
<form method="post" action="/save">{% field form.note autosave="/save" version="1" %}
<button class="btn" data-plain-save>Save</button></form>
<form hx-post="/broken" hx-target="#place" hx-swap="innerHTML"><button>Break</button></form>
<form hx-post="/done" hx-target="#place" hx-swap="innerHTML"><button>Do</button></form>
<div id="place">untouched</div>{% endblock %}"""
stored: dict[str, Any] = {}


class NoteForm(forms.Form):
    note = forms.CharField(label="Note", required=False)


@public("a test")
def page(request: HttpRequest) -> HttpResponse:
    form = NoteForm(initial={"note": stored.get("note", "")})
    html = engines["django"].from_string(PAGE).render({"form": form, "page_title": "Note"}, request)
    return HttpResponse(html)


@public("a test")
def save(request: HttpRequest) -> HttpResponseBase:
    stored.setdefault("tries", []).append(request.POST["note"])
    if stored.get("out"):
        return to_sign_in(request)
    if stored.pop("broken", False):
        return HttpResponse("down", status=503)
    if request.POST["version"] != str(stored["version"]):
        found = Conflict(
            heading="Ivo Lund changed this field",
            url="/save",
            name="note",
            mine=request.POST["note"],
            theirs=stored["note"],
            mine_shown=request.POST["note"],
            theirs_shown=stored["note"],
            who="Ivo Lund",
            version=str(stored["version"]),
        )
        return conflict_panel(request, found)
    stored["note"] = request.POST["note"]
    stored["version"] += 1
    response = HttpResponse(status=204)
    response["X-Sightline-Version"] = str(stored["version"])
    return response


@public("a test")
def broken(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("<h1>down</h1>", status=500)
    response["X-Sightline-Reference"] = "7F3A"
    return response


@public("a test")
def done(request: HttpRequest) -> HttpResponse:
    from sightline.web.htmx import render

    say(request, "Done.", undo="/broken")
    return render(request, "search/find.html", {"results": []}, partial="results")


urlpatterns = [
    path("", page),
    path("save", save),
    path("broken", broken),
    path("done", done),
    path("people/", include(("sightline.web.pages.people.urls", "people"))),
]
