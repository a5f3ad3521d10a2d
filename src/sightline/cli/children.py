"""Programs that are started beside ours and end with it, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

_PR_SET_PDEATHSIG = 1


def start(command: Sequence[str], **how: Any) -> subprocess.Popen[Any]:
    """Start a program of ours in a session of its own: Ctrl-C reaches this process alone, which
    then stops its children. Where it is killed and cannot, Linux stops them: a server left behind
    would keep the port and answer with what it knew then."""
    return subprocess.Popen(  # noqa: S603 - our own programs
        command,
        start_new_session=True,
        env=os.environ.copy(),
        preexec_fn=_ending_with(os.getpid()) if sys.platform == "linux" else None,
        **how,
    )


def _ending_with(parent: int) -> Callable[[], None]:
    library = ctypes.CDLL(None)

    def tie() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the tie was made
            os._exit(1)

    return tie
