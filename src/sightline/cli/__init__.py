"""The `sightline` command: one module per command."""
