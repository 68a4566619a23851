"""The doors for events: a plain function from request to reply, thin shells around it, and what stamps an event needs."""
