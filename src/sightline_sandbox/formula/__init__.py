"""Formulas of validation rules and calculated fields, compiled to SQL."""

from sightline_sandbox.formula.compile import FormulaError, to_sql

__all__ = ["FormulaError", "to_sql"]
