"""The addresses of one account."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.account import renewal_views, views

urlpatterns = [
    path("<int:account_id>", views.show, name="show"),
    path("<int:account_id>/whitespace", views.whitespace, name="whitespace"),
    path("<int:account_id>/people", views.people, name="people"),
    path("<int:account_id>/plays", views.plays, name="plays"),
    path("<int:account_id>/renewals", renewal_views.renewals, name="renewals"),
    path(
        "<int:account_id>/renewals/<int:contract_id>",
        renewal_views.renewal_set,
        name="renewal-set",
    ),
    path("<int:account_id>/figures", views.figures, name="figures"),
    path("<int:account_id>/lines", views.lines, name="lines"),
    path("<int:account_id>/history", views.history, name="history"),
]
