"""The sightline command."""
