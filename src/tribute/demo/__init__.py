"""A believable year of traffic, and live traffic, sent through the public doors of a running server.

Nothing here reaches behind a door: the demo proves the same way that customers' events take. Called by the command line.
"""
