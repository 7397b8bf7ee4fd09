"""A site that can only be looked at: losses are counted against the manifest that a real nginx sends."""

from pathlib import Path

import pytest

from tests.publish.publisher import Starter
from tests.publish.sample import PAGES, make_sample
from tests.servers import free_port, run_nginx

FEWER = tuple(path for path in PAGES if "org-11" not in path and "org-10" not in path)
REFUSED = "организаций: было 12, станет 10 (−16 %)"
UNSEEN = "Потери не проверены"


@pytest.fixture
def starter(tmp_path: Path) -> Starter:
    """With two sites, one of them smaller, and an empty folder for nginx."""
    make_sample(1).write(tmp_path / "larger")
    make_sample(2, FEWER).write(tmp_path / "smaller")
    (tmp_path / "nginx").mkdir()
    return Starter(tmp_path, {})


def publish(starter: Starter, name: str, live: str) -> tuple[int, str]:
    """Publish one of the sites as an artifact."""
    return starter.run("publish", f"pages:{starter.folder / 'new'}", "--site", starter.folder / name, "--live", live)


def test_a_loss_against_the_live_site_is_refused_also_below_a_path(starter: Starter, tmp_path: Path) -> None:
    assert starter.run("publish", f"pages:{tmp_path / 'served'}", "--site", tmp_path / "larger")[0] == 0
    words = ["publish", f"pages:{tmp_path / 'new'}", "--site", str(tmp_path / "smaller")]
    with run_nginx(tmp_path / "nginx", tmp_path / "served", "/foil/") as port:
        for live in (f"http://127.0.0.1:{port}/foil/", f"http://127.0.0.1:{port}/foil", str(tmp_path / "served")):
            code, output = starter.run(*words, "--live", live)
            assert code == 1 and REFUSED in output, output
            code, output = starter.run(*words, "--live", live, "--dry-run")
            assert code == 1 and REFUSED in output and "- organisations/org-11/index.html" in output
        assert not (tmp_path / "new").exists()
        code, output = starter.run(*words, "--live", f"http://127.0.0.1:{port}/foil/", "--allow-shrink")
        assert code == 0 and UNSEEN not in output, output


def test_a_site_without_losses_goes_on(starter: Starter, tmp_path: Path) -> None:
    assert starter.run("publish", f"pages:{tmp_path / 'served'}", "--site", tmp_path / "smaller")[0] == 0
    with run_nginx(tmp_path / "nginx", tmp_path / "served") as port:
        live = f"http://127.0.0.1:{port}/"
        code, output = starter.run(
            "publish", f"pages:{tmp_path / 'new'}", "--site", tmp_path / "larger", "--live", live
        )
    assert code == 0 and UNSEEN not in output, output


def test_a_manifest_that_is_none_is_refused(starter: Starter, tmp_path: Path) -> None:
    (tmp_path / "larger" / "manifest.json").write_text("<html>a page of somebody else</html>")
    with run_nginx(tmp_path / "nginx", tmp_path / "larger") as port:
        live = f"http://127.0.0.1:{port}/"
        code, output = publish(starter, "smaller", live)
    assert code == 1 and "--allow-shrink" in output, output


@pytest.mark.parametrize("fault", ["no manifest", "no server", "no folder"])
def test_who_cannot_look_is_told_and_goes_on(fault: str, starter: Starter, tmp_path: Path) -> None:
    with run_nginx(tmp_path / "nginx", tmp_path / "larger") as port:
        live = {
            "no manifest": f"http://127.0.0.1:{port}/",
            "no server": f"http://127.0.0.1:{free_port()}/",
            "no folder": str(tmp_path / "none"),
        }[fault]
        code, output = publish(starter, "smaller", live)
    assert code == 0 and UNSEEN in output and live in output, output
    assert (tmp_path / "new" / "index.html").is_file()
