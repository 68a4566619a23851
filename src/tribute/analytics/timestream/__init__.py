"""Timestream's SQL over page views: read with its grammar and types, then translated exactly or refused with a place. Pure."""
