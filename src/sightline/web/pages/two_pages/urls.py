"""Addresses of the two pages: of one plan, of the portfolio, and of a print on its way."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.two_pages import views

urlpatterns = [
    path("accounts/<int:account_id>/two-pages", views.show, name="show"),
    path("accounts/<int:account_id>/two-pages/print", views.print_one, name="print-one"),
    path("two-pages", views.portfolio, name="portfolio"),
    path("two-pages/print", views.print_all, name="print-all"),
    path("two-pages/prints/<int:job_id>", views.status, name="status"),
    path("two-pages/prints/<int:job_id>/stop", views.stop, name="stop"),
    path("two-pages/prints/<int:job_id>/file", views.fetch, name="fetch"),
]
