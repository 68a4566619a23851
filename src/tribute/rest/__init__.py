"""The JSON API under /api/v1: the same reports as GraphQL, for spreadsheets and plain HTTP clients, described by OpenAPI."""
