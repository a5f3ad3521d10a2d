"""Addresses of Monday: the page itself, answers, and the hours it may fill."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.monday import passing, verbs, views

urlpatterns = [
    path("", views.show, name="show"),
    path("monday/answer", verbs.answer, name="act-answer"),
    path("monday/answer/<int:answer_id>/undo", verbs.undo, name="answer-undo"),
    path("monday/call", verbs.call, name="act-call"),
    path("monday/pass-on", passing.delegate, name="act-delegate"),
    path("monday/step/<int:action_id>/done", verbs.step_done, name="step-done"),
    path("monday/hours", verbs.hours, name="hours-set"),
]
