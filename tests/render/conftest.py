"""The content of the real cluster, loaded once."""

from pathlib import Path

import pytest

from macros.checks import load_site
from macros.content.site import Site, today
from macros.render.view import View

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site() -> Site:
    return load_site(PROJECT, today())[0]


@pytest.fixture(params=["ru", "en"])
def view(request: pytest.FixtureRequest, site: Site) -> View:
    return View(site, request.param)


@pytest.fixture
def russian(site: Site) -> View:
    return View(site, "ru")


@pytest.fixture
def english(site: Site) -> View:
    return View(site, "en")
