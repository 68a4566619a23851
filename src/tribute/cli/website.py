"""`tribute website …`: the sites whose events are counted, and what else stands for them in imports."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

if TYPE_CHECKING:
    from tribute.ledger.websites import WebsiteRecord

app = typer.Typer(no_args_is_help=True, help="Websites, whose events are counted.")


@app.command()
def add(
    name: Annotated[str, typer.Option("--name", help="A unique name, as charts show it.")],
    domain: Annotated[str, typer.Option("--domain", help="Its domain; www. and subdomains are included.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Add a website; the printed write key goes into its tracker."""
    from tribute.cli.ledger import open_ledger
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.session() as session:
        website = Websites(session, ledger.clock).add(name, domain)
        ledger.note(session, "website.add", "website", website.id, name=website.name, domain=website.domain)
    text = f"Added {website.name} ({website.domain}).\nWrite key: {website.write_key}"
    Output(as_json=json).result(_told(website), text)


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show all websites with their write keys."""
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.reading() as session:
        websites = Websites(session, ledger.clock).all()
    data = [_told(website) | {"enabled": website.enabled, "created_at": iso_seconds(website.created_at)} for website in websites]
    rows = [(website.name, website.domain, website.write_key, website.id, "" if website.enabled else "disabled") for website in websites]
    Output(as_json=json).table(
        data, ("Name", "Domain", "Write key", "Id", ""), rows, empty="No websites yet; `tribute website add` adds one."
    )


@app.command("map")
def map_(
    website: Annotated[str, typer.Option("--website", help="The website's name, domain or id.")],
    source_id: Annotated[str | None, typer.Option("--source-id", help="The source id that the other system's events carry.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="Another host that shows this website's pages.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Let a foreign source id, or another host, stand for a website in imported events."""
    if (source_id is None) == (host is None):
        raise typer.BadParameter("give one of --source-id and --host")
    from tribute.cli.ledger import open_ledger, the_website
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.session() as session:
        websites = Websites(session, ledger.clock)
        found = the_website(websites, website)
        mapping = websites.map_source(found.id, source_id=source_id, host=host)
        ledger.note(session, "website.map", "website", found.id, source_id=mapping.source_id, host=mapping.host)
    data = {"id": found.id, "name": found.name, "source_id": mapping.source_id, "host": mapping.host}
    Output(as_json=json).result(data, f"{mapping.source_id or mapping.host} stands for {found.name}.")


@app.command("set")
def set_(
    website: Annotated[str, typer.Option("--website", help="The website's name, domain or id.")],
    consent_required: Annotated[
        bool | None,
        typer.Option("--consent-required/--no-consent-required", help="Whether the snippet needs consent to store."),
    ] = None,
    window_days: Annotated[int | None, typer.Option("--window-days", help="How many days the snippet remembers a code.")] = None,
    default_url: Annotated[
        str | None, typer.Option("--default-url", help='Where links lead that name no page; "": the front page.')
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Change what a website wants of its snippet and its links; what is not given stays."""
    if consent_required is None and window_days is None and default_url is None:
        raise typer.BadParameter("give at least one of --consent-required, --no-consent-required, --window-days and --default-url")
    from tribute.cli.ledger import open_ledger, the_website
    from tribute.ledger.rules.landing import default_page
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.session() as session:
        websites = Websites(session, ledger.clock)
        found = the_website(websites, website)
        found = websites.configure(found.id, consent_required=consent_required, window_days=window_days, default_url=default_url)
        wanted = {"consent_required": consent_required, "window_days": window_days, "default_url": default_url}
        ledger.note(session, "website.set", "website", found.id, **{name: value for name, value in wanted.items() if value is not None})
    front = default_page(found.domain, found.default_url).url
    data = {
        "id": found.id,
        "name": found.name,
        "consent_required": found.consent_required,
        "window_days": found.window_days,
        "default_url": front,
    }
    consent = "after consent only" if found.consent_required else "without asking for consent"
    Output(as_json=json).result(
        data, f"{found.name}: codes are kept for {found.window_days} days, {consent}; links without a page lead to {front}"
    )


def _told(website: "WebsiteRecord") -> dict[str, Any]:
    return {"id": website.id, "name": website.name, "domain": website.domain, "write_key": website.write_key}
