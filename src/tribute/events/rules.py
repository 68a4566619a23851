"""What the owner sets for a website that the derivation depends on."""

from dataclasses import dataclass

DEFAULT_LINK_PARAMETERS = ("via", "ref", "aff", "affiliate", "affiliate_id")


@dataclass(frozen=True, slots=True)
class WebsiteRules:
    """The rules of one website."""

    domain: str
    link_parameters: tuple[str, ...] = DEFAULT_LINK_PARAMETERS
