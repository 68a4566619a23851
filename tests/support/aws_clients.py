"""AWS's own clients, pointed at a Tribute that a test serves."""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from tests.support.served import Tribute

REGION = "eu-central-1"


def new_key(tribute: Tribute, *whose: str) -> dict[str, str]:
    """A key of the home's, as boto3 wants it."""
    told = tribute.told("aws-key", "add", *whose)
    return {"aws_access_key_id": told["access_key_id"], "aws_secret_access_key": told["secret_access_key"]}


def client(tribute: Tribute, service: str, key: Mapping[str, str], *, tries: int = 1) -> Any:
    """An unmodified boto3 client of a service at its door. `tries` counts the first one."""
    door = service.partition("-")[0]
    settings = Config(retries={"total_max_attempts": tries, "mode": "standard"}, proxies={})
    return boto3.client(service, endpoint_url=f"{tribute.url}/aws/{door}", region_name=REGION, config=settings, **key)
