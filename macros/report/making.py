"""Makes the report: takes out the old version, reads, builds and compares both."""

import tempfile
from datetime import date
from pathlib import Path

from macros.content.loading import load_draft
from macros.content.model import Cluster
from macros.content.site import Site, check
from macros.report.changes import find_differences, find_lags
from macros.report.page import Report, render_report
from macros.report.pages import PageChange, build, compare_pages
from macros.report.profile import Profile, find_profiles
from macros.report.revisions import choose_revision, take_out

_GENERATOR = Path(__file__).parents[2]


def make_report(root: Path, against: str | None, today: date) -> str:
    """Return the report on the content below `root`, compared with a revision, as HTML. Raises RevisionError."""
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        folder = Path(name)
        old_root = folder / "old"
        old_root.mkdir()
        revision = take_out(root, against or choose_revision(root), old_root)
        site, problems = check(root, today)
        (old, _), (new, _) = load_draft(old_root, today), load_draft(root, today)
        pages, why = _compare_builds(old_root, root, folder, is_whole=site is not None)
    names = [entry.record.short_name.ru for entry in new.of("cluster") if isinstance(entry.record, Cluster)]
    return render_report(
        Report(
            name=names[0] if names else "",
            revision=revision,
            today=today,
            problems=problems,
            differences=find_differences(old, new),
            draft=new,
            old_lags=find_lags(old),
            new_lags=find_lags(new),
            pages=pages,
            why=why,
            profiles=_profiles(site),
        )
    )


def _compare_builds(old: Path, new: Path, folder: Path, is_whole: bool) -> tuple[list[PageChange] | None, str]:
    """Return the pages that differ, or None and the reason in Russian."""
    if not is_whole:
        return None, "пока в содержании есть ошибки, новая версия не собирается"
    before = build(old, _GENERATOR, _folder(folder, "build-old"))
    if before is None:
        return None, "прежняя версия не собирается: её содержание не проходит нынешнюю проверку"
    after = build(new, _GENERATOR, _folder(folder, "build-new"))
    return (None, "новая версия не собирается") if after is None else (compare_pages(before, after), "")


def _folder(parent: Path, name: str) -> Path:
    path = parent / name
    path.mkdir()
    return path


def _profiles(site: Site | None) -> list[Profile]:
    return find_profiles(site.organisations, site.chain.links) if site else []
