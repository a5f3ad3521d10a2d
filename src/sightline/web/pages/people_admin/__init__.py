"""Who can come in, and what may they do? Sign-ins, roles, links to the CRM, readers' accounts."""

PREFIX = "settings/people/"
