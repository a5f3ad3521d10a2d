"""Work done after commit: registry, schedule and the worker."""
