"""Which renewals come, how much of them is at risk and why, and what became of each."""
