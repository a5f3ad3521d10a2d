"""The commercial summary: what of the plan stands on two printed pages, and the PDF."""
