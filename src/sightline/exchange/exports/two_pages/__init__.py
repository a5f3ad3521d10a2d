"""The commercial summary: two pages of a plan (one at tier 2), on screen and as tagged PDF.

Promise and rules: docs/method/two-pages.md.
"""
