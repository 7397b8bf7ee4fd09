"""security.txt (RFC 9116): what it says, that a server sends it as text, and that its day is not near."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page

from macros.content.site import today
from macros.content.model import Security
from macros.content.site import load_site
from macros.outputs.security import export_security
from tests.built import CONTENT, PROJECT, SITE_URL, Built

PATH = ".well-known/security.txt"
WEEKS_TO_ACT = timedelta(days=30)


def fields(built: Built) -> list[tuple[str, str]]:
    text = (built.folder / PATH).read_bytes().decode("utf-8")
    assert text.endswith("\n") and "\r" not in text
    found = [re.fullmatch(r"([A-Z][A-Za-z-]+): (\S.*)", line) for line in text.splitlines()]
    assert all(found), text
    return [(match[1], match[2]) for match in found if match]


def test_it_says_what_the_standard_wants(cluster: Built) -> None:
    found = fields(cluster)
    names = [name for name, _ in found]
    assert set(names) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert all(names.count(name) == 1 for name in set(names) - {"Contact"})
    by_name = dict(found)
    assert by_name["Canonical"] == SITE_URL + PATH
    assert by_name["Preferred-Languages"] == "ru, en"
    expires = datetime.strptime(by_name["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert expires.date().isoformat() == cluster.data("cluster.yaml")["security"]["expires"]
    for name, value in found:
        if name == "Contact" and value.startswith(SITE_URL):
            assert value.removeprefix(SITE_URL) in cluster.pages
        else:
            assert name != "Contact" or re.match(r"https://|mailto:", value)


def test_a_cluster_without_a_contact_has_no_file(demo: Built) -> None:
    assert "security" not in demo.data("cluster.yaml")
    assert not (demo.folder / ".well-known").exists()


@pytest.mark.parametrize("contact", ["mailto:guard@harbour.example", "https://harbour.example/report"])
def test_another_contact_stands_as_it_is(cluster: Built, contact: str) -> None:
    site, _ = load_site(cluster.root, today())
    security = Security.model_validate({"contact": contact, "expires": "2027-01-01"})
    planted = site.cluster.model_copy(update={"security": security})
    object.__setattr__(site, "cluster", planted)
    text = export_security(site, SITE_URL)[PATH].decode()
    assert text.startswith(f"Contact: {contact}\nExpires: 2027-01-01T00:00:00Z\n")
    assert text.count("Contact") == 1


def test_a_server_sends_it_as_text_in_utf_8(cluster: Built, serve: Callable[[Path], str], page: Page) -> None:
    answer = page.request.get(f"{serve(cluster.folder)}/{PATH}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.body() == (cluster.folder / PATH).read_bytes()


def is_due(cluster: dict[str, Any], day: date) -> bool:
    """Whether somebody must set a new day now."""
    return "security" in cluster and date.fromisoformat(cluster["security"]["expires"]) - day <= WEEKS_TO_ACT


def test_the_day_is_more_than_thirty_days_ahead() -> None:
    """Fails from thirty days before: open the contact, see that it holds, set `expires` in data/cluster.yaml."""
    for content in CONTENT.values():
        cluster = yaml.load((content / "data" / "cluster.yaml").read_text("utf-8"), yaml.CBaseLoader)
        assert not is_due(cluster, today())
    assert "security" in yaml.safe_load((PROJECT / "data" / "cluster.yaml").read_text("utf-8"))


def test_the_thirtieth_day_before_is_seen() -> None:
    planted = {"security": {"expires": "2027-11-01"}}
    assert not is_due(planted, date(2027, 10, 1))
    assert is_due(planted, date(2027, 10, 2))
    assert is_due(planted, date(2027, 12, 1))
