"""The job `people.password_link`: send somebody the link to a new password.

Run twice it sends two mails; each link works until a password is chosen or somebody signs in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sightline.jobs.handle import JobHandle
from sightline.messages.passwords import send_password_link


def send_link(payload: Mapping[str, Any], job: JobHandle) -> None:
    """Send it; a mail server that cannot be reached is tried again by the queue."""
    send_password_link(int(payload["sign_in"]))
