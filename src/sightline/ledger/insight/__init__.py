"""Insights computed from one ledger version: each with reference class, evidence and doubt."""
