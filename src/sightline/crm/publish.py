"""Writing plans to the CRM: the plan, then its objectives, then their measures.

Rows are written two hundred at a time, each with its own outcome. Whatever stops it, the next round
goes on: a row is made under its key, so that it is never made twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from sightline.actions.sync import connections, publishing
from sightline.agreement.plan_writing import BACKENDS, Backend, Kind, Part, backend_for
from sightline.crm.session import Session
from sightline.crm.together import write_together

_LEVELS = (
    (Kind.PLAN,),
    (Kind.OBJECTIVE, Kind.TARGETS),
    (Kind.TARGET, Kind.METRIC),
)


def refresh_plan_shapes(session: Session, *, next_asked: Sequence[str] = ()) -> None:
    """The describe of the objects that plans may be kept in. An org without a back end's first
    object is not asked for its others. `next_asked` are described in the same call, for later."""
    links = [one.link.object for one in BACKENDS if one.link is not None]
    kept = {*links, *next_asked, *(name for one in BACKENDS for name in one.objects)}
    session.crm.ahead(shapes=sorted(kept))
    for backend in BACKENDS:
        first, *others = backend.objects
        shape = session.crm.shape(first)
        connections.keep_shape(session.connection_id, first, shape)
        for name in others:
            known = session.crm.shape(name) if shape is not None else None
            connections.keep_shape(session.connection_id, name, known)
        if backend.link is not None:
            known = session.crm.shape(backend.link.object) if shape is not None else None
            connections.keep_shape(session.connection_id, backend.link.object, known)


def backend_of(session: Session) -> Backend | None:
    """Where plans are kept in this org; None where nowhere."""
    return backend_for(session.context().shapes)


def publish(session: Session, parts: Sequence[Part]) -> int:
    """Write what changed of these parts; answers how many rows were written."""
    backend = backend_of(session)
    if backend is None or not parts:
        return 0
    done = _new_plans(session, backend, parts)
    done += sum(_level(session, backend, parts, kinds) for kinds in _LEVELS)
    if backend.links(session.context().shapes):
        _meet_links(session, backend, parts)
        done += _level(session, backend, parts, (Kind.LINK,))
    return done


def _new_plans(session: Session, backend: Backend, parts: Sequence[Part]) -> int:
    """Plans that are not there yet, each with all of its parts in one step. What could not be done
    so is left to be written part by part."""
    groups = publishing.due_together(session.context(), backend, parts)
    ended = write_together(session, [[one.write for one in group] for group in groups])
    done = 0
    for group, outcomes in zip(groups, ended, strict=True):
        for one, outcome in zip(group, outcomes or (), strict=outcomes is not None):
            told = publishing.with_parents(one, outcomes or ())
            publishing.settle(told, outcome, now=session.clock())
            done += outcome.settled.value == "done"
    return done


def _meet_links(session: Session, backend: Backend, parts: Sequence[Part]) -> None:
    """Links carry no key: those that are there already, an earlier answer having been lost, are
    known by measure and opportunity before any is made."""
    place, context = backend.place(Kind.LINK), session.context()
    wanted = publishing.to_be_made(context, parts, Kind.LINK)
    measures, batch = sorted(set(wanted)), session.crm.traits.batch
    for start in range(0, len(measures), batch):
        fields = [place.parent, *place.fields.values()]
        found = session.crm.find(
            place.object, place.parent, measures[start : start + batch], fields
        )
        publishing.meet(context, place, parts, Kind.LINK, [one for one in found if not one.deleted])


def _level(session: Session, backend: Backend, parts: Sequence[Part], kinds: Sequence[Kind]) -> int:
    due = publishing.due(session.context(), backend, parts, kinds)
    done = 0
    for deed in sorted({one.write.deed for one in due}):
        batch = [one for one in due if one.write.deed is deed]
        for start in range(0, len(batch), session.crm.traits.batch):
            part = batch[start : start + session.crm.traits.batch]
            outcomes = session.crm.write([one.write for one in part])
            for one, outcome in zip(part, outcomes, strict=True):
                publishing.settle(one, outcome, now=session.clock())
                done += outcome.settled.value == "done"
    return done
