"""Histories of edits, faults and crashes on both sides, and what must hold after them.

The model is the set of values that were typed, on which side and in what order. Background events
(commits, polls, automation) are conjectured; when everything is quiet, both sides must agree.
Method: Hughes and others, "Mysteries of Dropbox" (2016).
"""
