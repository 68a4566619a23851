"""What an owner uploads, affiliates find with their own link in; images are anyone's, forms are the team's, markup is text."""

import html
import re

import pytest

from tests.support.images import PNG
from tests.support.portal import ORIGIN, Client, Portal
from tests.support.shop import Shop
from tribute.ledger.programs import Programs


@pytest.fixture
def shop(portal: Portal) -> Shop:
    return Shop(portal)


def address(shop: Shop) -> str:
    with shop.portal.database.reading() as session:
        [program] = Programs(session, shop.portal.clock).all()
    return f"/owner/programs/{program.id}/creatives"


def sent(browser: Client, path: str, text: str, image: bytes | None = None) -> tuple[int, str]:
    """The form, sent as a browser does: status, and what it shows."""
    token = re.search(r'name="_csrf_token" value="([^"]+)"', browser.get(path).text)
    assert token is not None
    files = {"image": ("banner.png", image or b"", "image/png")}
    answer = browser.post(path, data={"_csrf_token": token[1], "text": text}, files=files, headers={"origin": ORIGIN})
    return answer.status_code, html.unescape(answer.text)


def test_a_banner_and_a_text_come_with_the_affiliates_link(shop: Shop) -> None:
    owner, path = shop.browsing(None), address(shop)
    assert sent(owner, path, "Learn it", PNG)[0] == 303
    assert sent(owner, path, '"><script>alert(1)</script>')[0] == 303
    page = shop.browsing(shop.ada).get("/links").text
    assert "<script>alert" not in page
    told = html.unescape(html.unescape(page))
    [image] = set(re.findall(r'<img src="(/creatives/cre_\w+)" alt="Learn it" width="300" height="250"', page))
    assert f'<a href="https://course.example/?via=ada"><img src="{ORIGIN}{image}" alt="Learn it" width="300" height="250"></a>' in told
    seen = shop.portal.client().get(image)
    assert (seen.content, seen.headers["content-type"]) == (PNG, "image/png")
    assert seen.headers["cross-origin-resource-policy"] == "cross-origin"
    assert seen.headers["x-content-type-options"] == "nosniff"


def test_what_is_removed_is_offered_no_more_and_its_image_stays(shop: Shop) -> None:
    owner, path = shop.browsing(None), address(shop)
    sent(owner, path, "Learn it", PNG)
    page = owner.get(path).text
    token, creative = re.search(r'name="_csrf_token" value="([^"]+)"', page), re.search(r'name="creative" value="([^"]+)"', page)
    assert token is not None
    assert creative is not None
    told = {"_csrf_token": token[1], "creative": creative[1]}
    assert owner.post(f"{path}/remove", data=told, headers={"origin": ORIGIN}).status_code == 303
    assert "Learn it" not in shop.browsing(shop.ada).get("/links").text
    assert shop.portal.client().get(f"/creatives/{creative[1]}").status_code == 200


def test_what_is_no_image_is_told_and_the_text_kept(shop: Shop) -> None:
    status, page = sent(shop.browsing(None), address(shop), "Learn it", b"<svg onload=alert(1)>")
    assert status == 422
    assert "Nothing was added. The image is no PNG, JPEG or WebP image; SVG is not taken." in page
    assert ">Learn it</textarea>" in page


def test_affiliates_do_not_reach_the_form(shop: Shop) -> None:
    assert shop.browsing(shop.ada).get(address(shop)).status_code == 403
    assert shop.portal.client().get("/creatives/cre_00000000000000000000").status_code == 404
    assert shop.portal.client().get("/creatives/../secret").status_code == 404
