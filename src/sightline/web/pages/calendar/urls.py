"""The address that a calendar reads."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.calendar import views

urlpatterns = [path("<str:secret>.ics", views.feed, name="feed")]
