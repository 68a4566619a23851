"""What each number means, the windows and grains, the query object, and the event store's port. The definitions are pure."""
