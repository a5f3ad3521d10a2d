"""Address of threads and coverage."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.coverage import views

urlpatterns = [path("<int:account_id>", views.show, name="show")]
