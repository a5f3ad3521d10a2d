"""Reviews as plain values: when they are due, what stands in them, what was frozen after."""
