"""Threads and coverage."""
