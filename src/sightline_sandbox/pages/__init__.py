"""Pages for people: plain HTML, no script."""
