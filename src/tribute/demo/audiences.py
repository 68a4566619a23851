"""Where the demo's visitors live: country, clock, language, and an address that the offline country database knows.

Pure data. The prefixes belong to large access providers; a test holds them against the database that the collector uses.
"""

from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Visitors of one country who share a clock."""

    country: str
    """ISO 3166-1 alpha-2."""
    zone: ZoneInfo
    locales: tuple[str, ...]
    prefixes: tuple[str, ...]
    """First halves of IPv4 addresses, as in `84.128`."""
    weight: int
    """Its part of the traffic that follows no affiliate's home."""

    def address(self, rng: Random) -> str:
        """An IPv4 address that looks up to this country."""
        host = rng.getrandbits(16)
        return f"{self.prefixes[host % len(self.prefixes)]}.{host >> 8}.{(host & 255) or 1}"


def _audience(country: str, zone: str, locales: str, prefixes: str, weight: int) -> Audience:
    return Audience(country, ZoneInfo(zone), tuple(locales.split()), tuple(prefixes.split()), weight)


AUDIENCES = (
    _audience("US", "America/New_York", "en-US en-US es-US", "71.56 98.210", 17),
    _audience("US", "America/Chicago", "en-US", "73.42 98.210", 10),
    _audience("US", "America/Los_Angeles", "en-US en-US es-US", "24.16 73.42", 11),
    _audience("GB", "Europe/London", "en-GB", "86.128 81.100 90.192", 12),
    _audience("DE", "Europe/Berlin", "de-DE de-DE de-DE en-GB", "84.128 91.0 93.192 79.192", 9),
    _audience("CA", "America/Toronto", "en-CA en-CA fr-CA", "70.24 99.224", 6),
    _audience("AU", "Australia/Sydney", "en-AU", "1.120 58.160 101.160", 5),
    _audience("NL", "Europe/Amsterdam", "nl-NL nl-NL en-GB", "84.24 77.160 62.194", 4),
    _audience("FR", "Europe/Paris", "fr-FR", "90.0 86.192 82.64", 4),
    _audience("SE", "Europe/Stockholm", "sv-SE sv-SE en-GB", "90.224 78.64 83.248", 3),
    _audience("IN", "Asia/Kolkata", "en-IN en-IN hi-IN", "49.36 106.192 117.192", 4),
    _audience("ES", "Europe/Madrid", "es-ES", "88.0 83.32 80.24", 3),
    _audience("IT", "Europe/Rome", "it-IT", "79.0 87.0 151.16", 2),
    _audience("PL", "Europe/Warsaw", "pl-PL", "83.0 79.184 89.64", 2),
    _audience("BR", "America/Sao_Paulo", "pt-BR", "177.32 189.0 201.0", 3),
    _audience("MX", "America/Mexico_City", "es-MX", "187.128 189.128 201.96", 2),
    _audience("IE", "Europe/Dublin", "en-IE", "86.40 109.76 89.100", 1),
    _audience("NO", "Europe/Oslo", "nb-NO nb-NO en-GB", "84.208 88.88", 1),
    _audience("DK", "Europe/Copenhagen", "da-DK da-DK en-GB", "87.48 83.88", 1),
    _audience("CH", "Europe/Zurich", "de-CH de-CH fr-CH", "85.0 178.192 84.72", 1),
    _audience("AT", "Europe/Vienna", "de-AT", "80.108 84.112 91.112", 1),
    _audience("JP", "Asia/Tokyo", "ja-JP", "126.0 60.32 118.0", 1),
    _audience("ZA", "Africa/Johannesburg", "en-ZA", "41.0 105.224 197.80", 1),
    _audience("NZ", "Pacific/Auckland", "en-NZ", "118.92 121.72 122.56", 1),
)

GENERAL_PUBLIC = tuple(audience for audience in AUDIENCES for _ in range(audience.weight))
"""Audiences as often as their weight: one draw from it is one weighted draw."""


def audiences_at_home(country: str) -> tuple[Audience, ...]:
    """The audiences of one country, as often as their weight."""
    return tuple(audience for audience in GENERAL_PUBLIC if audience.country == country)
