"""Rules of agreement between two systems: what counts as the same row and the same value.

Plain Python: no Django, no files, no clock.
"""
