"""Addresses of people and roles."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.people_admin import grants, verbs, views

urlpatterns = [
    path("", views.show_all, name="list"),
    path("new", verbs.new, name="new"),
    path("<int:sign_in_id>", views.show, name="show"),
    path("<int:sign_in_id>/roles", verbs.roles, name="roles-set"),
    path("<int:sign_in_id>/link", verbs.link, name="crm-link"),
    path("<int:sign_in_id>/active", verbs.active, name="active-set"),
    path("<int:sign_in_id>/reset", verbs.reset, name="reset-link"),
    path("<int:sign_in_id>/grants", grants.grant, name="account-grant"),
    path("<int:sign_in_id>/grants/<int:grant_id>/withdraw", grants.withdraw, name="grant-withdraw"),
]
