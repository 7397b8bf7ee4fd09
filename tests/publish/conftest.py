"""Places to publish to, each on a real server, and ways to look at what visitors would get."""

import http.client
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.config import Config

from macros.publish.manifest import read_site
from tests.publish.publisher import Starter
from tests.publish.sample import FEW, PAGES, Answer, Get, Sample, decode, make_sample
from tests.servers import Sshd, has_brotli, run_nginx, run_s3, run_sshd

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@contextmanager
def get_by_http(port: int) -> Iterator[Get]:
    """Fetch from nginx over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def get(path: str, coding: str) -> Answer:
        address = "/" + quote(path.removesuffix("index.html"))
        connection.request("GET", address, headers={"Accept-Encoding": coding} if coding else {})
        answer = connection.getresponse()
        body = answer.read()
        sent = answer.headers.get("Content-Encoding", "")
        if coding == "gzip" and path.endswith(".html"):
            assert sent == "gzip", (path, sent)
        if coding == "br" and path.endswith(".html"):
            assert sent == ("br" if has_brotli() else ""), (path, sent)
        return answer.status, decode(body, sent)

    with closing(connection):
        yield get


@dataclass
class Place:
    """Somewhere to publish to: its name as a target, and how to fetch what is live."""

    target: str
    starter: Starter
    get: Get
    folder: Path | None = None
    client: Any = None
    bucket: str = ""
    port: int = 0
    samples: dict[str, Sample] = field(default_factory=dict)
    sites: dict[int, Path] = field(default_factory=dict)

    @property
    def pages(self) -> tuple[str, ...]:
        return PAGES if self.folder else FEW

    def site(self, version: int, pages: tuple[str, ...] = ()) -> Path:
        """The folder of a version of the sample site, written once."""
        if version not in self.sites:
            sample = make_sample(version, pages or self.pages)
            self.sites[version] = sample.write(self.starter.folder / f"site-{version}")
            self.samples[read_site(self.sites[version]).digest] = sample
        return self.sites[version]

    def publish(self, version: int, *arguments: str, **environment: str) -> tuple[int, str]:
        return self.starter.run("publish", self.target, "--site", self.site(version), *arguments, **environment)

    def publish_well(self, version: int, *arguments: str) -> None:
        code, output = self.publish(version, *arguments)
        assert code == 0, output

    def list_rubbish(self) -> list[str]:
        """What a publisher that ended well must not leave."""
        if self.folder is not None:
            return sorted(path.name for path in self.folder.iterdir() if path.name not in ("current", "releases"))
        return [key for key in list_keys(self.client, self.bucket) if key == ".publish/lock"]

    def read_traces(self) -> set[str]:
        """What publishers under way have left, by names that no other publisher gives."""
        if self.folder is not None:
            return set(self.list_rubbish())
        status, token = self.get(".publish/lock", "")
        return {token.decode()} if status == 200 else set()


def list_keys(client: Any, bucket: str) -> list[str]:
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def get_from_bucket(client: Any, bucket: str) -> Get:
    """Fetch as the web server of object storage does: what lies there, in the coding that it lies in."""

    def get(path: str, coding: str) -> Answer:
        try:
            answer = client.get_object(Bucket=bucket, Key=path)
        except client.exceptions.NoSuchKey:
            return 404, b""
        return 200, decode(answer["Body"].read(), answer.get("ContentEncoding", ""))

    return get


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with run_sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 API server."""
    with run_s3(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture(scope="session")
def s3_client(s3: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="us-east-1",
        config=Config(request_checksum_calculation="when_required"),
    )


@pytest.fixture(scope="session")
def kept_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of compressed forms for all tests, as for all runs of one project."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def make_place(
    tmp_path: Path,
    kept_cache: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[str], Place]]:
    """Makes an empty place of a kind: dir, ssh or s3."""
    running = ExitStack()
    numbers = itertools.count()

    def make_place(kind: str) -> Place:
        work = tmp_path / f"work-{next(numbers)}"
        work.mkdir()
        (work / ".cache").symlink_to(kept_cache)
        if kind == "s3":
            client, address = request.getfixturevalue("s3_client"), request.getfixturevalue("s3")
            bucket = f"site-{os.getpid()}-{tmp_path.name[-20:].replace('_', '-').strip('-')}-{next(numbers)}".lower()
            client.create_bucket(Bucket=bucket)
            starter = Starter(work, {**KEYS, "AWS_ENDPOINT_URL_S3": address})
            get = get_from_bucket(client, bucket)
            return Place(f"s3://{bucket}", starter, get, client=client, bucket=bucket)
        www = make_folder(tmp_path / f"www-{next(numbers)}")
        folder = www / f"the cluster's site {next(numbers)}"
        folder.mkdir()
        # nginx's settings cannot hold a quote.
        link = www / f"link-{next(numbers)}"
        link.symlink_to(folder.name)
        port = running.enter_context(run_nginx(make_folder(work / "nginx"), link / "current"))
        get = running.enter_context(get_by_http(port))
        if kind == "dir":
            return Place(f"dir:{folder}", Starter(work, {}), get, folder, port=port)
        server: Sshd = request.getfixturevalue("sshd")
        target = f"ssh://127.0.0.1:{server.port}{quote(str(folder))}"
        return Place(target, Starter(work, {"RSYNC_RSH": server.shell}), get, folder, port=port)

    with running:
        yield make_place


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.fixture(params=["dir", "ssh", "s3"])
def place(request: pytest.FixtureRequest, make_place: Callable[[str], Place]) -> Place:
    """An empty place of each kind in turn."""
    return make_place(request.param)


@pytest.fixture(params=["dir", "ssh"])
def server_place(request: pytest.FixtureRequest, make_place: Callable[[str], Place]) -> Place:
    """An empty place with releases in a folder, on this machine and over SSH."""
    return make_place(request.param)
