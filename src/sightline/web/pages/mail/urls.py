"""Addresses of messages: own settings, and links that act once."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.mail import acts, views

urlpatterns = [
    path("", views.show, name="settings"),
    path("wishes", views.wishes, name="wishes-set"),
    path("quiet", views.quiet, name="quiet-set"),
    path("chat/<slug:brand>", views.hook, name="hook-set"),
    path("calendar/make", views.make_feed, name="feed-make"),
    path("calendar/revoke", views.revoke_feed, name="feed-revoke"),
    path("act/<str:token>", acts.act, name="act"),
]
