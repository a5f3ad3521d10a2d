"""Addresses of the sync pages."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.sync import connect, history, mapping, views, watch

urlpatterns = [
    path("", views.show, name="show"),
    path("connect", connect.edit, name="connection-add"),
    path("connect/back", connect.come_back, name="connection-allowed"),
    path("<int:connection_id>/reconnect", connect.again, name="connection-reconnect"),
    path("<int:connection_id>/secret", connect.secret, name="connection-secret"),
    path("<int:connection_id>/history", history.show, name="history"),
    path("<int:connection_id>", views.show_one, name="connection"),
    path("<int:connection_id>/now", views.pull_now, name="connection-pull"),
    path("<int:connection_id>/compare", views.compare_now, name="connection-compare"),
    path("<int:connection_id>/pause", views.pause, name="connection-pause"),
    path("<int:connection_id>/conflicts", views.decide_alike, name="conflicts-alike"),
    path("<int:connection_id>/mapping", mapping.edit, name="mapping-edit"),
    path("accounts/<int:account_id>/watch", watch.watch, name="account-watch"),
    path("records/<int:link_id>/conflicts", views.decide, name="conflicts-decide"),
    path("writes/<int:intent_id>/retry", views.retry, name="write-retry"),
]
