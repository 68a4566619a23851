"""runlight as it is compared with: one website, SQLite in DATA_DIR, no rate limit. Run by uvicorn in the peer's own environment."""

import os

from runlight import Runlight
from runlight.asgi import app as asgi_app
from runlight.store import Stores

SITE = {"id": "docs", "hostnames": ["docs.acme.example"]}

app = asgi_app(Runlight(store=Stores.sqlite(f"{os.environ['DATA_DIR']}/runlight.db"), site=SITE, rate_limit=False))
