"""The content of the demo cluster as pages of each language see it."""

import pytest

from macros.content.site import Site
from macros.render.view import View


@pytest.fixture(params=["ru", "en"])
def view(request: pytest.FixtureRequest, site: Site) -> View:
    return View(site, request.param)


@pytest.fixture
def russian(site: Site) -> View:
    return View(site, "ru")


@pytest.fixture
def english(site: Site) -> View:
    return View(site, "en")
