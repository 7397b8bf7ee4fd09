"""What visitors see while versions replace one another: no missing, torn or mixed page.

SWAPS and REQUESTS are how many at least; `make faults` takes 100 and 100,000.
"""

import http.client
import multiprocessing
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from typing import Any

from tests.publish.conftest import Place
from tests.publish.sample import PAGES, decode, find_assets

SWAPS = int(os.environ.get("SWAPS", "50"))
REQUESTS = int(os.environ.get("REQUESTS", "20000"))
VERSIONS = 3
_FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Visit:
    """What a visitor knows: which bytes each address may have, by version."""

    port: int
    known: Mapping[tuple[str, int], bytes]
    seed: int


def go_round(visit: Visit, stop: Event, total: Any, results: Any) -> None:
    """Open pages and what they ask for, at once or much later, until told to stop; counts what was seen."""
    chance = random.Random(visit.seed)
    connection = http.client.HTTPConnection("127.0.0.1", visit.port, timeout=30)
    seen: Counter[str] = Counter()
    waiting: list[tuple[int, str]] = []
    faults: list[str] = []

    def get(path: str) -> tuple[int, bytes]:
        coding = chance.choice(("br", "gzip", "identity"))
        connection.request("GET", "/" + path.removesuffix("index.html"), headers={"Accept-Encoding": coding})
        answer = connection.getresponse()
        seen["requests"] += 1
        if seen["requests"] % 100 == 0:
            with total:
                total.value += 100
        return answer.status, decode(answer.read(), answer.headers.get("Content-Encoding", ""))

    def check_asset(version: int, path: str) -> None:
        status, body = get(path)
        if status != 200 or body != visit.known[path, version]:
            faults.append(f"{status} {path} of version {version}")

    while not stop.is_set() and not faults:
        path = chance.choice(PAGES)
        status, body = get(path)
        stamp = re.search(rb'data-stamp="(\d+)"', body)
        version = int(stamp[1]) if stamp else -1
        if status != 200 or body != visit.known.get((path, version)):
            faults.append(f"{status} {path}: {body[:80]!r}")
            break
        seen[f"version {version}"] += 1
        asset = chance.choice(find_assets(body))
        if chance.random() < 0.1:
            waiting.append((version, asset))
        else:
            check_asset(version, asset)
        if len(waiting) > 50:
            seen["late"] += 1
            check_asset(*waiting.pop(0))
    results.put((seen, faults))
    connection.close()


def visit_while(place: Place, swap: Callable[[int], None]) -> tuple[Counter[str], list[str], int]:
    """Let two visitors in while versions are swapped; returns what they saw, faults, and how many swaps there were."""
    known = {(path, sample.version): body for sample in place.samples.values() for path, body in sample.files.items()}
    stop, total, results = _FORKS.Event(), _FORKS.Value("L"), _FORKS.Queue()
    visitors = [
        _FORKS.Process(target=go_round, args=(Visit(place.port, known, number), stop, total, results), daemon=True)
        for number in range(2)
    ]
    for visitor in visitors:
        visitor.start()
    seen: Counter[str] = Counter()
    faults: list[str] = []
    swaps = 0
    # A visitor who stops early has found a fault.
    while all(visitor.is_alive() for visitor in visitors) and (swaps < SWAPS or total.value < REQUESTS):
        swaps += 1
        swap(swaps % VERSIONS)
    stop.set()
    for _ in visitors:
        more, wrong = results.get(timeout=60)
        seen += more
        faults += wrong
    for visitor in visitors:
        visitor.join()
    return seen, faults, swaps


def fill(place: Place) -> None:
    for version in range(VERSIONS):
        place.publish_well(version)


def test_visitors_see_no_missing_torn_or_mixed_page_while_versions_are_swapped(
    make_place: Callable[[str], Place],
) -> None:
    place = make_place("dir")
    fill(place)
    seen, faults, swaps = visit_while(place, place.publish_well)
    assert faults == []
    assert swaps >= SWAPS
    assert seen["requests"] >= REQUESTS
    assert all(seen[f"version {version}"] for version in range(VERSIONS)), seen
    assert seen["late"] > 100
    print(f"{seen['requests']} requests, {swaps} swaps: {dict(seen)}")


def test_copying_over_the_live_site_would_be_noticed(make_place: Callable[[str], Place]) -> None:
    place = make_place("dir")
    fill(place)
    assert place.folder
    live = place.folder / "current"

    def copy(version: int) -> None:
        for form in live.rglob("*.html.*"):
            form.unlink()
        shutil.copytree(place.site(version), live, dirs_exist_ok=True)

    assert visit_while(place, copy)[1] != []


def test_replacing_the_site_without_the_assets_of_before_would_be_noticed(make_place: Callable[[str], Place]) -> None:
    place = make_place("dir")
    fill(place)
    assert place.folder
    live, fresh = place.folder / "current", place.folder / "fresh"

    def replace(version: int) -> None:
        fresh.symlink_to(place.site(version).absolute())
        fresh.rename(live)

    assert visit_while(place, replace)[1] != []
