"""The forms of pages, as a browser would send them."""

import re

from tests.support.portal import Client


def form(client: Client, path: str, **fields: str) -> dict[str, str]:
    """The fields of the form on a page, with its token."""
    found = re.search(r'name="_csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None, f"{path} has no form"
    return {"_csrf_token": found[1], **fields}
