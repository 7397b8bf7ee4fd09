"""The content of the demo cluster, loaded once."""

import pytest

from macros.checks import load_site
from macros.content.site import Site, today
from macros.render.view import View
from tests.built import copy_content


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = copy_content(tmp_path_factory.mktemp("content"))
    return load_site(root, today(root))[0]


@pytest.fixture(params=["ru", "en"])
def view(request: pytest.FixtureRequest, site: Site) -> View:
    return View(site, request.param)


@pytest.fixture
def russian(site: Site) -> View:
    return View(site, "ru")


@pytest.fixture
def english(site: Site) -> View:
    return View(site, "en")
