"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from sightline.web.pages.review_room import edits, items, joint, live, verbs, views

urlpatterns = [
    path("<int:review_id>/room", views.show, name="show"),
    path("<int:review_id>/room/open", verbs.open_room, name="open"),
    path("<int:review_id>/room/clock", verbs.clock, name="clock"),
    path("<int:review_id>/room/minute", verbs.minute, name="minute"),
    path("<int:review_id>/room/people", verbs.attend, name="attend"),
    path("<int:review_id>/room/close", verbs.close, name="close"),
    path("<int:review_id>/room/target", edits.target, name="target-set"),
    path("<int:review_id>/room/items/<int:item_id>/settle", items.settle, name="settle"),
    path("<int:review_id>/room/items/<int:item_id>/answer", items.answer, name="answer"),
    path("<int:review_id>/room/items/<int:item_id>/reopen", items.reopen, name="reopen"),
    path("<int:review_id>/room/items/<int:item_id>/play", edits.play, name="play-change"),
    path("<int:review_id>/room/items/<int:item_id>/step", edits.step, name="step-add"),
    path("<int:review_id>/room/changes", live.changes, name="changes"),
    path("<int:review_id>/room/fragments", live.fragments, name="fragments"),
    path("<int:review_id>/joint", joint.show, name="joint"),
    path("<int:review_id>/joint/note", joint.note, name="joint-note"),
    path("<int:review_id>/joint/close", joint.close, name="joint-close"),
    path("<int:review_id>/pack", joint.pack, name="pack"),
]
