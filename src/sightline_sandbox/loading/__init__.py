"""Filling an org: what every org has, exports, sample records, metadata."""
