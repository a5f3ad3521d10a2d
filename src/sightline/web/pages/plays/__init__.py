"""Plays of an account: board, list and time line; what every action leads to."""

PREFIX = "plays/"
