"""What runs by itself on accounts without a plan? Playbooks, tried before they are switched on."""

PREFIX = "playbooks/"
