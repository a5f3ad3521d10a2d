"""Addresses of the portfolio's analytics: the picture, the plans behind a figure, the file."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.analytics import outcome, views

PREFIX = "analytics/"

urlpatterns = [
    path("", views.show, name="show"),
    path("outcome", outcome.want, name="outcome-set"),
    path("plans", views.plans, name="plans"),
    path("plans.<str:kind>", views.export, name="export"),
]
