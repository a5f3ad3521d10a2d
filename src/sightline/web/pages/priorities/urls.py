"""Addresses of the customer's priorities, below the account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.priorities import views

urlpatterns = [
    path("<int:account_id>/priorities", views.show, name="show"),
    path("<int:account_id>/priorities/add", views.add, name="add"),
    path("<int:account_id>/priorities/<int:priority_id>/standing", views.standing, name="standing"),
    path("<int:account_id>/priorities/<int:priority_id>/answers", views.answers, name="answers"),
    path("<int:account_id>/priorities/<int:priority_id>/remove", views.remove, name="remove"),
    path("<int:account_id>/priorities/<int:priority_id>/restore", views.restore, name="restore"),
]
