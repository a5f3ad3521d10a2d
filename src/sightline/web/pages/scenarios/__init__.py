"""What if: three readings of a plan, a play switched off, a date moved, a renewal lost."""

PREFIX = "accounts/"
