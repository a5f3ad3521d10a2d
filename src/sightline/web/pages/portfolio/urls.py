"""Addresses of the portfolio: the list, one account's tier, deciding, trying, keeping."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.portfolio import decide, keep, trying, views

urlpatterns = [
    path("", views.show, name="list"),
    path("where", views.where, name="where"),
    path("export.<str:kind>", views.export, name="export"),
    path("measure", decide.measure, name="measure"),
    path("accept", decide.accept_many, name="accept-many"),
    path("decisions/undo", decide.undo, name="decision-undo"),
    path("try", trying.show, name="weights-try"),
    path("try/adopt", trying.adopt, name="weights-adopt"),
    path("views", keep.save_view, name="view-save"),
    path("views/<int:view_id>/remove", keep.remove_view, name="view-remove"),
    path("<int:account_id>", views.account, name="account"),
    path("<int:account_id>/accept", decide.accept, name="tier-accept"),
    path("<int:account_id>/override", decide.override, name="tier-override"),
    path("<int:account_id>/importance", decide.importance, name="importance-answer"),
    path("<int:account_id>/pin", keep.pin, name="pin"),
    path("<int:account_id>/unpin", keep.unpin, name="unpin"),
]
