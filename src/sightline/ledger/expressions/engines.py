"""What Ibis cannot yet write for an engine that can do it: Spark's `bit_or`."""

from __future__ import annotations

from typing import Any


def teach(engine: str) -> None:
    """Give Ibis the rules that it lacks for an engine. Safe to call again."""
    if engine != "pyspark":
        return
    from ibis.backends.sql.compilers.pyspark import PySparkCompiler

    if PySparkCompiler.visit_BitOr is PySparkCompiler.visit_Undefined:
        PySparkCompiler.visit_BitOr = _bit_or


def _bit_or(self: Any, _op: Any, *, arg: Any, where: Any) -> Any:
    return self.agg.bit_or(arg, where=where)
