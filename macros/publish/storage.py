"""Object storage by boto3: the few calls that publishing needs, many at once, failures in the operator's words."""

import base64
import contextlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from macros.publish.failures import PublishError
from macros.publish.objects import Object

_AT_ONCE = 16
"""Requests under way at once."""

_CODES = {
    "NoSuchBucket": "no-bucket",
    "AccessDenied": "storage-denied",
    "403": "storage-denied",
    "InvalidAccessKeyId": "storage-denied",
    "SignatureDoesNotMatch": "storage-denied",
    "QuotaExceeded": "disk-full",
    "BadDigest": "damaged",
}
"""Codes that storage answers with, and which failure each is."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Storage:
    """A bucket and what keys begin with: nothing, or a path ending in `/`."""

    client: Any
    bucket: str
    prefix: str

    def list_all(self) -> dict[str, str]:
        """Return key -> ETag of every object, keys without the prefix."""
        with _in_words(self.bucket):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
            return {
                item["Key"].removeprefix(self.prefix): item["ETag"].strip('"')
                for page in pages
                for item in page.get("Contents", [])
            }

    def put(self, key: str, content: Object) -> None:
        """Upload a file; storage compares it with the checksum that is sent along, and refuses a damaged one."""
        checksum = base64.b64encode(bytes.fromhex(content.md5)).decode()
        self._call("put_object", Key=key, Body=content.source.read_bytes(), ContentMD5=checksum, **content.headers)

    def write(self, key: str, raw: bytes, **conditions: str) -> str | None:
        """Write bytes of our own; returns the ETag, or None if a condition (IfMatch, IfNoneMatch) does not hold."""
        try:
            answer = self.client.put_object(
                Bucket=self.bucket, Key=self.prefix + key, Body=raw, ContentType="application/json", **conditions
            )
        except ClientError as error:
            status = error.response["ResponseMetadata"].get("HTTPStatusCode")
            # 409: somebody else writes at this very moment.
            if status in (409, 412):
                return None
            if status == 501 and conditions:
                return self.write(key, raw)
            raise _explain(error, self.bucket) from error
        except BotoCoreError as error:
            raise _explain(error, self.bucket) from error
        return str(answer["ETag"])

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Return an object's bytes and ETag; None if there is none."""
        answer = self._get(key)
        return (answer["Body"].read(), answer["ETag"]) if answer else None

    def read_age(self, key: str) -> int:
        """Return how many seconds ago an object was written, by the clock of the storage."""
        answer = self._get(key)
        if answer is None:
            return 0
        written: datetime = answer["LastModified"]
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return max(0, int((now - written).total_seconds()))

    def _get(self, key: str) -> Any:
        with _in_words(self.bucket):
            try:
                return self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            except ClientError as error:
                if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                    return None
                raise

    def copy(self, source: str, key: str) -> None:
        """Copy an object inside the storage with its headers."""
        self._call("copy_object", Key=key, CopySource={"Bucket": self.bucket, "Key": self.prefix + source})

    def delete(self, key: str) -> None:
        self._call("delete_object", Key=key)

    def _call(self, operation: str, Key: str, **arguments: Any) -> None:
        with _in_words(self.bucket):
            getattr(self.client, operation)(Bucket=self.bucket, Key=self.prefix + Key, **arguments)


def connect(bucket: str, prefix: str, endpoint_url: str | None) -> Storage:
    """Connect with boto3's own settings: environment, profile, or the machine's role.

    Checksums of boto3 1.36 and newer are sent only where they are required: storages that are not Amazon's refuse them.
    """
    config = Config(
        max_pool_connections=_AT_ONCE,
        connect_timeout=15,
        read_timeout=60,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    with _in_words(bucket):
        return Storage(boto3.client("s3", endpoint_url=endpoint_url, config=config), bucket, prefix)


def do_all(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield results of many calls at once, in order. The first failure stops those that have not begun."""
    workers = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield from workers.map(work, items)
    finally:
        workers.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _in_words(bucket: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, ValueError) as error:
        raise _explain(error, bucket) from error


def _explain(error: Exception, bucket: str) -> PublishError:
    reason = str(error)
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return PublishError("no-credentials")
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        return PublishError(_CODES.get(code, "storage"), bucket=bucket, path=bucket, reason=reason)
    if isinstance(error, ConnectionError | HTTPClientError):
        return PublishError("connection", reason=reason)
    return PublishError("storage", bucket=bucket, reason=reason)
