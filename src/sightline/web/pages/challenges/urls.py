"""Addresses of a plan's challenges, below its account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.challenges import views

urlpatterns = [
    path("<int:account_id>/challenges", views.show, name="show"),
    path("<int:account_id>/challenges/answer", views.answer, name="answer"),
    path("<int:account_id>/challenges/<int:answer_id>/undo", views.undo, name="answer-undo"),
]
