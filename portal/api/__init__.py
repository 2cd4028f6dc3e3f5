"""The HTTP interface for other programs: tokens, the list of the week and trends out, contacts, worries and objections in."""
