"""Evaluated reads: plain values out, never a lazy queryset."""
