"""From what the operator writes to a target."""

import re
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from macros.publish.artifact import Artifact
from macros.publish.failures import PublishError
from macros.publish.folder import Folder
from macros.publish.server import Server
from macros.publish.target import Target

_HOST = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9._:%-]*[A-Za-z0-9])?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+-]*")
"""Neither may begin with a hyphen: ssh would take it for an option."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def parse_target(text: str, keep: int, endpoint_url: str | None, cache: Path) -> Target:
    """Return the target: dir:FOLDER, ssh://[USER@]HOST[:PORT]/FOLDER, s3://BUCKET[/PREFIX] or pages:FOLDER[.tar]."""
    kind, _, rest = text.partition(":")
    if kind == "dir" and rest:
        return Folder(Path(rest), keep)
    if kind == "pages" and rest:
        return Artifact(Path(rest))
    if kind == "ssh" and rest.startswith("//"):
        return _parse_server(text, keep)
    if kind == "s3" and rest.startswith("//"):
        return _parse_bucket(rest[2:], text, keep, endpoint_url, cache)
    raise PublishError("bad-target", target=text)


def _parse_server(text: str, keep: int) -> Server:
    try:
        parts = urlsplit(text)
        host, port, user, root = parts.hostname or "", parts.port, unquote(parts.username or ""), unquote(parts.path)
    except ValueError as error:
        raise PublishError("bad-target", target=text) from error
    is_right = _HOST.fullmatch(host) and (not user or _USER.fullmatch(user)) and parts.password is None
    if not is_right or root.rstrip("/") == "" or parts.query or parts.fragment:
        raise PublishError("bad-target", target=text)
    return Server(user, host, port, root.rstrip("/"), keep)


def _parse_bucket(rest: str, text: str, keep: int, endpoint_url: str | None, cache: Path) -> Target:
    name, _, prefix = rest.partition("/")
    if not _BUCKET.fullmatch(name):
        raise PublishError("bad-target", target=text)
    prefix = prefix.strip("/")
    # boto3 takes a second to load, which the other targets need not wait for.
    bucket = import_module("macros.publish.bucket").Bucket
    target: Target = bucket(name, prefix and f"{prefix}/", endpoint_url, cache, keep)
    return target
