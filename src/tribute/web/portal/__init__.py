"""The affiliate's pages."""
