"""`tribute aws-key …`: keys with which AWS's own clients sign requests to the AWS-shaped doors."""

from typing import Annotated

import typer

from tribute.cli.options import HomeOption, JsonOption
from tribute.cli.output import Output

app = typer.Typer(no_args_is_help=True, help="Keys for AWS SDKs at /aws/firehose and /aws/timestream.")


@app.command()
def add(
    affiliate: Annotated[
        str | None, typer.Option("--affiliate", metavar="CODE", help="See only this affiliate's rows (code or id); sends nothing.")
    ] = None,
    owner: Annotated[bool, typer.Option("--owner", help="See and send everything; the default.")] = False,
    website: Annotated[
        str | None, typer.Option("--website", metavar="WEBSITE", help="Only send, and only this website's events: id, domain or name.")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Make a key; its secret is shown this once only."""
    if sum((affiliate is not None, owner, website is not None)) > 1:
        raise typer.BadParameter("give one of --affiliate, --owner and --website")
    from tribute.access.aws_keys import AwsKeys
    from tribute.cli.ledger import open_ledger, the_affiliate, the_website
    from tribute.ledger.affiliates import Affiliates
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.session() as session:
        promoter = the_affiliate(Affiliates(session, ledger.clock), affiliate) if affiliate is not None else None
        site = the_website(Websites(session, ledger.clock), website) if website is not None else None
        keys = AwsKeys(session, ledger.clock, ledger.aws_sealer())
        made = keys.add(affiliate_id=promoter.id if promoter else None, website_id=site.id if site else None)
        ledger.note(session, "aws_key.add", "aws_key", made.record.access_key_id)
    whose = f"the affiliate {promoter.code}" if promoter else f"the website {site.name}" if site else "the owner"
    told = {"access_key_id": made.record.access_key_id, "secret_access_key": made.secret}
    lines = [
        f"{name.upper()}={value}" for name, value in (("aws_access_key_id", told["access_key_id"]), ("aws_secret_access_key", made.secret))
    ]
    Output(as_json=json).result(told, "\n".join([f"A key for {whose}; keep it now, the secret is not shown again:", *lines]))


@app.command("list")
def list_(home: HomeOption = None, json: JsonOption = False) -> None:
    """Show all keys, without their secrets."""
    from tribute.access.aws_keys import AwsKeys
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds
    from tribute.ledger.affiliates import Affiliates
    from tribute.ledger.websites import Websites

    with open_ledger(home) as ledger, ledger.database.reading() as session:
        keys = AwsKeys(session, ledger.clock, ledger.aws_sealer()).all()
        codes = Affiliates(session, ledger.clock).primary_codes()
        names = {website.id: website.name for website in Websites(session, ledger.clock).all()}
    data = [
        {
            "access_key_id": key.access_key_id,
            "role": key.role.value,
            "affiliate": codes[key.affiliate_id] if key.affiliate_id is not None else None,
            "website": names[key.website_id] if key.website_id is not None else None,
            "created_at": iso_seconds(key.created_at),
            "last_used_at": iso_seconds(key.last_used_at) if key.last_used_at is not None else None,
            "revoked_at": iso_seconds(key.revoked_at) if key.revoked_at is not None else None,
        }
        for key in keys
    ]
    rows = [
        [
            told["access_key_id"] or "",
            told["affiliate"] or told["website"] or "owner",
            *(told[at] or "" for at in ("created_at", "last_used_at", "revoked_at")),
        ]
        for told in data
    ]
    Output(as_json=json).table(
        data, ("Access key id", "For", "Made", "Last used", "Revoked"), rows, empty="No AWS keys yet; `tribute aws-key add` makes one."
    )


@app.command()
def revoke(
    access_key_id: Annotated[str, typer.Argument(metavar="ID", help="The access key id, as `tribute aws-key list` shows it.")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Turn a key away from now on."""
    from tribute.access.aws_keys import AwsKeys
    from tribute.cli.ledger import open_ledger
    from tribute.kit.clock import iso_seconds

    with open_ledger(home) as ledger, ledger.database.session() as session:
        revoked = AwsKeys(session, ledger.clock, ledger.aws_sealer()).revoke(access_key_id)
        ledger.note(session, "aws_key.revoke", "aws_key", revoked.access_key_id)
    assert revoked.revoked_at is not None  # noqa: S101 -- what revoke just did
    told = {"access_key_id": revoked.access_key_id, "revoked_at": iso_seconds(revoked.revoked_at)}
    Output(as_json=json).result(told, f"{revoked.access_key_id} is revoked.")
