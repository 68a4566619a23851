"""Tribute without durability, for one comparison: the same command with a disk whose `sync` does nothing. No setting of the product."""

from tribute.cli.main import main
from tribute.spool.disk import Disk


def _without_sync(disk: Disk, descriptor: int) -> None:
    del disk, descriptor


if __name__ == "__main__":
    Disk.sync = _without_sync  # type: ignore[method-assign]  # the one difference that is measured
    main()
