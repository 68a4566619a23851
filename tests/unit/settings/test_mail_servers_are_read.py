"""`SMTP_URL` names server, way, user and sender; what is wrong is told without what may be a password."""

from pathlib import Path

import pytest

from tribute.kit.errors import InvalidInputError
from tribute.settings import load_settings
from tribute.settings.mail import SmtpSetting, as_smtp


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtp://mail.example?from=a@b.example", SmtpSetting("mail.example", 587, False, "a@b.example")),
        (
            "smtps://u%40x.example:p%3A%2F@mail.example",
            SmtpSetting("mail.example", 465, True, "u@x.example", "Tribute", "u@x.example", "p:/"),
        ),
        (
            "smtp://u:p@mail.example:2525?from=Our%20Partners%20<a@b.example>",
            SmtpSetting("mail.example", 2525, False, "a@b.example", "Our Partners", "u", "p"),
        ),
        ("smtp://localhost:25?from=a@b.example", SmtpSetting("localhost", 25, False, "a@b.example", starttls="offered")),
        ("smtp://[::1]:25?from=a@b.example", SmtpSetting("::1", 25, False, "a@b.example", starttls="offered")),
        ("smtp://[2001:db8::1]:25?from=a@b.example", SmtpSetting("2001:db8::1", 25, False, "a@b.example")),
        ("smtp://relay:25?from=a@b.example&starttls=never", SmtpSetting("relay", 25, False, "a@b.example", starttls="never")),
    ],
)
def test_an_address_names_it_all(url: str, read: SmtpSetting) -> None:
    assert as_smtp(url) == read


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example?from=a@b.example",
        "smtp://?from=a@b.example",
        "smtp://mail.example",
        "smtp://user@mail.example?from=a@b.example",
        "smtp://u:geheim@mail.example?from=nobody",
        "smtp://u:geheim@mail.example?form=a@b.example",
        "smtp://u:geheim@mail.example:99999?from=a@b.example",
        "smtp://u:geheim@mail.example?from=a@b.example%0d%0aBcc:c@d.example",
        "smtp://mail.example/queue?from=a@b.example",
        "smtp://mail.example?from=a@b.example&starttls=perhaps",
        "smtps://mail.example?from=a@b.example&starttls=required",
    ],
)
def test_what_is_wrong_is_told_without_the_password(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        load_settings(environ={"TRIBUTE_SMTP_URL": url})
    assert "TRIBUTE_SMTP_URL" in str(refused.value)
    assert "geheim" not in str(refused.value)


def test_it_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp://u:geheim@mail.example?from=a@b.example\n")
    read = load_settings(environ={"TRIBUTE_SMTP_URL_FILE": str(tmp_path / "smtp"), "TRIBUTE_HOME": str(tmp_path)})
    assert read.smtp_url is not None
    assert read.smtp_url.password == "geheim"
    assert "geheim" not in repr(read)
