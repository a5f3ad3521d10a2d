"""Addresses of the portfolio's analytics: the picture, the plans behind a figure, the file."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.analytics import (
    goals,
    ground,
    keep,
    opened,
    outcome,
    quiet,
    signals,
    views,
)

urlpatterns = [
    path("", views.show, name="show"),
    path("outcome", outcome.want, name="outcome-set"),
    path("plans", views.plans, name="plans"),
    path("plans.<str:kind>", views.export, name="export"),
    path("signals", signals.show, name="signals"),
    path("signals.<str:kind>", signals.export, name="signals-export"),
    path("behind/<slug:slug>", opened.show, name="behind"),
    path("behind/<slug:slug>.<str:kind>", opened.export, name="behind-export"),
    path("losing-ground", ground.show, name="ground"),
    path("losing-ground.<str:kind>", ground.export, name="ground-export"),
    path("outcomes", goals.show, name="goals"),
    path("outcomes/set", goals.want, name="goals-set"),
    path("quiet", quiet.show, name="quiet"),
    path("quiet.<str:kind>", quiet.export, name="quiet-export"),
    path("views", keep.save_view, name="view-save"),
    path("views/<int:view_id>/remove", keep.remove_view, name="view-remove"),
]
