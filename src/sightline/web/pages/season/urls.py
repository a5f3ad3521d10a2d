"""Addresses of the planning season and of the roll forward."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.season import rolling, views

urlpatterns = [
    path("season", views.show, name="show"),
    path("season/dates", views.dates_set, name="dates-set"),
    path("accounts/<int:account_id>/season", views.plan, name="plan"),
    path("accounts/<int:account_id>/season/sign", views.sign, name="sign"),
    path("accounts/<int:account_id>/roll", rolling.show, name="roll"),
    path("accounts/<int:account_id>/roll/decide", rolling.decide, name="roll-decide"),
    path("accounts/<int:account_id>/roll/forward", rolling.forward, name="roll-forward"),
    path("accounts/<int:account_id>/roll/sign", rolling.sign, name="roll-sign"),
    path("accounts/<int:account_id>/plans/<int:year>", rolling.old_plan, name="old-plan"),
]
