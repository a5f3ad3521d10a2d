"""Messages: asked for, settled, and how each person wants them."""

from sightline.actions.messages.sending import (
    notify,
    plan_mondays,
    settle_failed,
    settle_sent,
)
from sightline.actions.messages.wishes import (
    make_feed,
    remove_hook,
    revoke_feed,
    set_hook,
    set_quiet,
    set_wishes,
)

__all__ = [
    "make_feed",
    "notify",
    "plan_mondays",
    "remove_hook",
    "revoke_feed",
    "set_hook",
    "set_quiet",
    "set_wishes",
    "settle_failed",
    "settle_sent",
]
