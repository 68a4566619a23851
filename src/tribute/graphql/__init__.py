"""The GraphQL API: the schema that AppSync clients know and what is richer, credentials, limits, and errors in AppSync's shape."""
