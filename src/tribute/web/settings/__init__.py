"""The settings: what a person decides for themself, an affiliate as well as one of the team. Knows neither portal nor console."""
