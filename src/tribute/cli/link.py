"""`tribute link …`: short names that lead an affiliate's audience to a page."""

from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="Links, which affiliates share.")


@app.command()
def add(
    affiliate: Annotated[str, typer.Option("--affiliate", help="The affiliate's code or id.")],
    website: Annotated[str, typer.Option("--website", help="The website's name, domain or id.")],
    slug: Annotated[str | None, typer.Option("--slug", help="The link's public name: 1 to 64 of a-z, 0-9, _ and -.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The page: a path, or an address on the website. Default: its front page.")] = None,
    sub: Annotated[str | None, typer.Option("--sub", help="The affiliate's tag for a placement; ?sub= goes before it.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add a link; the printed address is what the affiliate shares."""
    from tribute.cli.ledger import open_ledger, the_affiliate, the_website
    from tribute.home import public_url
    from tribute.ledger.affiliates import Affiliates
    from tribute.ledger.links import Links
    from tribute.ledger.rules.landing import default_page
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger:
        with ledger.database.session() as session:
            owner = the_affiliate(Affiliates(session, ledger.clock), affiliate)
            site = the_website(Websites(session, ledger.clock), website)
            link = Links(session, ledger.clock).add(owner.id, site.id, slug=slug, to=to, sub_id=sub)
            ledger.note(session, "link.add", "affiliate", owner.id, link_id=link.id, slug=link.slug)
        url = f"{public_url(ledger.settings)}/go/{owner.code}/{link.slug}"
    destination = link.destination or default_page(site.domain, site.default_url).url
    data = {
        "id": link.id,
        "affiliate": owner.code,
        "website": site.name,
        "slug": link.slug,
        "destination": destination,
        "sub_id": link.sub_id,
        "url": url,
    }
    Output(as_json=json).result(data, f"{url}\nleads to {destination}")


@app.command("list")
def list_(
    affiliate: Annotated[str | None, typer.Option("--affiliate", help="Only this affiliate's, by code or id.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Show all links with their addresses."""
    from tribute.cli.ledger import open_ledger, the_affiliate
    from tribute.home import public_url
    from tribute.kit.clock import iso_seconds
    from tribute.ledger.affiliates import Affiliates
    from tribute.ledger.links import Links
    from tribute.ledger.rules.landing import default_page
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger:
        with ledger.database.reading() as session:
            affiliates = Affiliates(session, ledger.clock)
            codes = affiliates.primary_codes()
            sites = {site.id: site for site in Websites(session, ledger.clock).all()}
            links = Links(session, ledger.clock).all(the_affiliate(affiliates, affiliate).id if affiliate is not None else None)
        base = public_url(ledger.settings)
    data = [
        {
            "id": link.id,
            "affiliate": codes[link.affiliate_id],
            "website": sites[link.website_id].name,
            "slug": link.slug,
            "destination": link.destination or default_page(sites[link.website_id].domain, sites[link.website_id].default_url).url,
            "sub_id": link.sub_id,
            "url": f"{base}/go/{codes[link.affiliate_id]}/{link.slug}",
            "created_at": iso_seconds(link.created_at),
        }
        for link in links
    ]
    rows = [(one["url"] or "", one["website"] or "", one["destination"] or "", one["sub_id"] or "") for one in data]
    Output(as_json=json).table(data, ("Link", "Website", "Leads to", "Tag"), rows, empty="No links yet; `tribute link add` adds one.")
