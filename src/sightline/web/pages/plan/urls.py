"""The addresses of a plan, below its account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.plan import edits, targets, views

urlpatterns = [
    path("<int:account_id>/plan", views.show, name="show"),
    path("<int:account_id>/plan/bridge", views.bridge, name="bridge"),
    path("<int:account_id>/plan/growth", views.growth, name="growth"),
    path("<int:account_id>/plan/signals", views.signals, name="signals"),
    path("<int:account_id>/plan/losing-ground", views.losing_ground, name="losing-ground"),
    path("<int:account_id>/plan/target", edits.target_set, name="target-set"),
    path("<int:account_id>/plan/target/parts", targets.target_parts, name="target-parts"),
    path(
        "<int:account_id>/plan/target/parts/set", targets.target_parts_set, name="target-parts-set"
    ),
    path("<int:account_id>/plan/thesis", edits.thesis_set, name="thesis-set"),
]
