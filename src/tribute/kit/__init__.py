"""The floor everything stands on: clock, identifiers, errors that people read. Imports nothing of ours."""
