"""What a plan stands on: objectives, assumptions, risks, and the health it claims."""

PREFIX = "accounts/"
