"""The first page: three doors in, and a tour through one story of the demonstration."""

PREFIX = "start/"
