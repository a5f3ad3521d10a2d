"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.imports import rows, verbs, views

urlpatterns = [
    path("", views.history, name="run-list"),
    path("new", views.new, name="run-new"),
    path("<int:run_id>", views.show, name="run-show"),
    path("<int:run_id>/rows", rows.rows, name="run-rows"),
    path("<int:run_id>/rows.csv", rows.rows_file, name="run-rows-file"),
    path("<int:run_id>/refused/<int:number>", views.refused_file, name="run-refused"),
    path("<int:run_id>/check", verbs.check, name="run-check"),
    path("<int:run_id>/load", verbs.load, name="run-load"),
    path("<int:run_id>/cancel", verbs.cancel, name="run-cancel"),
    path("<int:run_id>/undo", verbs.undo, name="run-undo"),
    path("<int:run_id>/mapping", verbs.save_mapping, name="run-save-mapping"),
]
