"""Rows of the org: create, change, remove, merge, as the service would."""
