"""The real and the demo cluster, each built once by plain `mkdocs build`.

What is examined here must hold whatever generator made the site.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.built import CONTENT, Built, assemble, run_mkdocs


@pytest.fixture(scope="session")
def build_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Built]]:
    """Builds a cluster by name, once for all tests."""
    built: dict[str, Built] = {}

    def build_cluster(name: str) -> Built:
        if name not in built:
            root = assemble(tmp_path_factory.mktemp(name), CONTENT[name])
            run = run_mkdocs(root, "build", "--strict")
            assert run.returncode == 0, run.stdout + run.stderr
            built[name] = Built(name, root)
        return built[name]

    return build_cluster


@pytest.fixture(scope="session", params=list(CONTENT))
def built(request: pytest.FixtureRequest, build_cluster: Callable[[str], Built]) -> Built:
    """Each cluster in turn."""
    return build_cluster(request.param)


@pytest.fixture(scope="session")
def demo(build_cluster: Callable[[str], Built]) -> Built:
    """The demo cluster: 40 participants, 60 news items."""
    return build_cluster("demo")


@pytest.fixture(scope="session")
def cluster(build_cluster: Callable[[str], Built]) -> Built:
    """The real cluster."""
    return build_cluster("cluster")
