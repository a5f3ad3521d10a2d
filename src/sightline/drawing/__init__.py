"""Charts, maps and marks as SVG, from plain values: no page, no database, no clock.

Every chart comes back as a `Drawing`: the SVG and, beside it, a table of the same figures.
"""
