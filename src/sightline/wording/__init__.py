"""How figures, dates and states are said: pure text from plain values.

English is the default and the source language; a page passes each label through gettext.
"""
