"""Playbooks: written, tried on the whole base, switched on, run, and ended."""

from sightline.actions.playbooks.evaluate import Evaluated, evaluate, try_playbook
from sightline.actions.playbooks.standard import add_standard
from sightline.actions.playbooks.write import (
    PlaybookText,
    StalePlaybook,
    ask_for_trial,
    stop_run,
    switch_playbook,
    write_playbook,
)

__all__ = [
    "Evaluated",
    "PlaybookText",
    "StalePlaybook",
    "add_standard",
    "ask_for_trial",
    "evaluate",
    "stop_run",
    "switch_playbook",
    "try_playbook",
    "write_playbook",
]
