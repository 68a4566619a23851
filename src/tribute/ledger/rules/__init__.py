"""What names, codes, domains and addresses may be. Pure: no clock, no database; the repositories and the CLI ask here."""
