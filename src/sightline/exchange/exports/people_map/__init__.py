"""The map of an account's people as files to hand round: slides to work on, a PDF to print.

`slides` and `pdf` are imported where a file is made: what writes them is slow to load.
"""
