"""What a served Tribute loads, for the process that forks are made of. Nothing is opened and no thread is started."""

import tribute.app.serving
import tribute.app.site
import tribute.cli.main
import tribute.graphql.http
import tribute.rest.app
import tribute.web.app

__all__ = ["tribute"]
