"""The address of the what-if page, below its account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.scenarios import views

urlpatterns = [path("<int:account_id>/plan/what-if", views.show, name="show")]
