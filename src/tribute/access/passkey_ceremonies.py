"""What browsers and authenticators say to each other about passkeys (WebAuthn level 3), and whether it is true. Pure but for randomness.

Invariant: nothing is believed that was not signed for our own origin, over the very challenge that was given out, by somebody who was
verified by their device. Called by the doors of this room. The library is loaded at the first passkey: most starts of the server, and every
command, need none of the 15 MB and the quarter of a second that it takes.
"""

import ipaddress
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from tribute.kit.errors import TributeError

_CHALLENGE_BYTES: Final = 32
_LONGEST_ANSWER: Final = 16_000
_SYNCED: Final = "multi_device"
"""What the specification calls a passkey that its maker copies to a person's other devices."""


class PasskeyRefusedError(TributeError):
    """The answer of a passkey does not hold. Why is for the log alone."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who we are to authenticators: a host, and the one origin that may speak for it."""

    host: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> "RelyingParty | None":
        """The party of the address that people use; None where browsers make no passkeys: at a bare number, or over plain http."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            safe = parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
            return cls(host, f"{parts.scheme}://{parts.netloc}".lower()) if safe and host else None
        return None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """The public half of a passkey that was made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    is_synced: bool


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """What an authenticator says of a passkey it just used."""

    sign_count: int
    is_synced: bool


@dataclass(frozen=True, slots=True)
class Credential:
    """Whose passkey an answer claims to be, before it is checked."""

    id: bytes
    user: bytes | None


def new_challenge() -> bytes:
    """What an authenticator is to sign: used once."""
    return secrets.token_bytes(_CHALLENGE_BYTES)


def creation_options(
    party: RelyingParty, challenge: bytes, *, user: bytes, name: str, email: str, known: Sequence[bytes]
) -> dict[str, Any]:
    """What `navigator.credentials.create` is called with; `known` are the person's passkeys, which are not made twice."""
    import webauthn
    from webauthn.helpers import options_to_json_dict, structs

    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name=party.host,
        user_id=user,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED, user_verification=structs.UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known],
    )
    return options_to_json_dict(options)


def request_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get` is called with: any passkey of ours, whoever's it is."""
    import webauthn
    from webauthn.helpers import options_to_json_dict, structs

    options = webauthn.generate_authentication_options(
        rp_id=party.host, challenge=challenge, user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    return options_to_json_dict(options)


def checked_creation(party: RelyingParty, challenge: bytes, answer: str) -> NewPasskey:
    """The passkey that was made. Raises PasskeyRefusedError."""
    import webauthn

    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:  # parsers of CBOR and keys raise whatever hostile bytes make of them
        raise PasskeyRefusedError(f"the passkey was not made as asked ({type(error).__name__})") from error
    return NewPasskey(made.credential_id, made.credential_public_key, made.sign_count, made.credential_device_type == _SYNCED)


def claimed(answer: str) -> Credential:
    """Which passkey an answer says it comes from. Raises PasskeyRefusedError."""
    from webauthn.helpers import base64url_to_bytes

    try:
        told = _read(answer)
        user = told["response"].get("userHandle")
        return Credential(base64url_to_bytes(told["rawId"]), base64url_to_bytes(user) if user else None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PasskeyRefusedError("the answer cannot be read") from error


def checked_use(party: RelyingParty, challenge: bytes, answer: str, *, public_key: bytes, sign_count: int) -> UsedPasskey:
    """The use of a known passkey. Raises PasskeyRefusedError, also for a count that did not grow: then there are two of it."""
    import webauthn

    try:
        used = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # see above
        raise PasskeyRefusedError(f"the passkey's answer does not hold ({type(error).__name__})") from error
    return UsedPasskey(used.new_sign_count, used.credential_device_type == _SYNCED)


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > _LONGEST_ANSWER:
        raise ValueError("too long")
    told = json.loads(answer)
    if not isinstance(told, dict):
        raise TypeError("no object")
    return told
