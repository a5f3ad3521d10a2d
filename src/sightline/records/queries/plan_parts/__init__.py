"""What a plan stands on, as plain values: objectives, priorities, assumptions, risks, health."""
