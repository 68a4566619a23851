"""`spool.json`: the spool's id for ever, and how far segment numbers and sequences have been given out. Used when a spool opens.

Invariant: a number or sequence is used only after a mark above it is durable, so none is used twice, whatever is lost behind it.
"""

from pathlib import Path
from typing import Any

import msgspec

from tribute.kit.errors import TributeError
from tribute.kit.ids import new_id
from tribute.spool.disk import Disk

FILE_NAME = "spool.json"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """`closed` says that nothing has been written since the spool was closed in order: then its last segment has no torn tail."""

    spool_id: str
    next_number: int = 0
    next_seq: int = 0
    closed: bool = True
    cuts: dict[int, int] = msgspec.field(default_factory=dict)
    """Durable length by number, of segments that could not be cut to it after a failed write: what lies behind was refused."""


def load_identity(folder: Path, disk: Disk) -> Identity:
    """The folder's identity, made on first use.

    Raises TributeError for a file that cannot be understood: a guess could use a sequence twice.
    """
    path = folder / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        identity = Identity(spool_id=new_id("spl"), closed=False)
        save_identity(folder, identity, disk)
        return identity
    try:
        return msgspec.json.decode(content, type=Identity)
    except msgspec.DecodeError as error:
        raise TributeError(
            f"{path} is damaged; move it away, and the spool keeps its waiting events and starts under a new identity."
        ) from error


def save_identity(folder: Path, identity: Identity, disk: Disk, **changes: Any) -> Identity:
    """Write the identity with some fields changed, durably, and give it back. Raises OSError; then the old one stands."""
    changed = msgspec.structs.replace(identity, **changes)
    disk.replace(folder / FILE_NAME, msgspec.json.encode(changed))
    return changed
