"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.settings import lines, method, removal, selling, views

urlpatterns = [
    path("", views.show, name="show"),
    path("company", views.company, name="company-set"),
    path("plans", views.plan_fields, name="plan-fields-set"),
    path("periods", views.periods, name="periods-set"),
    path("lines", lines.show, name="lines"),
    path("lines/<int:line_id>", lines.set_kind, name="line-set"),
    path("stages", selling.stages, name="stages"),
    path("stages/<int:stage_id>", selling.set_stage, name="stage-set"),
    path("families", selling.families, name="families"),
    path("families/<int:family_id>", selling.set_family, name="family-set"),
    path("categories", selling.categories, name="categories"),
    path("categories/set", selling.set_category, name="category-set"),
    path("method", method.show, name="method"),
    path("method/set", method.set_own, name="number-set"),
    path("method/drop", method.drop_own, name="number-drop"),
    path("demonstration", removal.show, name="demonstration"),
    path("demonstration/remove", removal.remove, name="demonstration-remove"),
]
