"""Who is asking: people, sign-in links, passwords, sessions, tokens, and the Caller that everything above takes."""
