"""The portfolio: which accounts deserve a plan, who decides it, and where the money is."""

PREFIX = "portfolio/"
