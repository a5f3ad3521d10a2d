"""Addresses of reviews: lists, preparation, dates, comparison."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.reviews import compare, dates, views

urlpatterns = [
    path("reviews", views.show, name="show"),
    path("reviews/away", dates.away_mark, name="away-mark"),
    path("reviews/holidays", dates.holiday_set, name="holiday-set"),
    path("reviews/<int:review_id>", views.prepare, name="prepare"),
    path("reviews/<int:review_id>/move", dates.move, name="move"),
    path("accounts/<int:account_id>/reviews", views.account, name="account"),
    path("accounts/<int:account_id>/reviews/plan", dates.plan, name="plan"),
    path("accounts/<int:account_id>/reviews/compare", compare.show, name="compare"),
]
