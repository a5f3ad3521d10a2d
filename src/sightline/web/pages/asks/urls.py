"""Addresses of questions."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.asks import views

urlpatterns = [
    path("", views.show, name="show"),
    path("on/<int:account_id>", views.put, name="question-put"),
    path("<int:question_id>/answer", views.answer, name="question-answer"),
    path("<int:question_id>/pass", views.pass_on, name="question-pass"),
    path("<int:question_id>/withdraw", views.withdraw, name="question-withdraw"),
    path("named/<int:mention_id>/seen", views.seen, name="mention-seen"),
]
