"""Imports and exports: files in and out."""
