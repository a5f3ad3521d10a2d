"""`python -m sightline_sandbox`: the same as the command."""

from sightline_sandbox.cli import main

main()
