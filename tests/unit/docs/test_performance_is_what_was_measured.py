"""docs/performance.md and its plots say what the JSON files beside it hold, by the claims as they are now."""

from benchmarks import document


def test_the_document_says_what_was_measured() -> None:
    text = document.DOCUMENT.read_text("utf-8")

    assert text == document.current(text)


def test_the_plots_show_what_was_measured() -> None:
    lying = {path.name: path.read_text("utf-8") for path in document.FIGURES.glob("*.svg")}

    assert lying == document.plots()


def test_every_claim_was_measured() -> None:
    for bench, found in document.runs():
        assert [*found["figures"]] == [claim.name for claim in bench.claims]
