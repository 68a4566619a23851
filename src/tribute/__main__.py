"""`python -m tribute` is the `tribute` command."""

from tribute.cli.main import main

main()
