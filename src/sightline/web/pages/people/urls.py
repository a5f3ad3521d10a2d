"""Addresses of sign-in, password and own settings."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.people import passwords, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("settings", views.own_settings, name="own-settings"),
    path("theme", views.choose_theme, name="theme-choose"),
    path("password", passwords.change, name="password-change"),
    path("password/forgotten", passwords.ask, name="password-ask"),
    path("password/new/<uid>/<token>", passwords.renew, name="password-renew"),
]
