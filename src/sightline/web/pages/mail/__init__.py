"""What am I told, and when? Own settings of messages, and the page that a link in a mail opens."""

PREFIX = "messages/"
