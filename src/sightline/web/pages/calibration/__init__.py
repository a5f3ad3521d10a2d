"""How past probabilities, values and dates held up; per stage and product, never per person."""
