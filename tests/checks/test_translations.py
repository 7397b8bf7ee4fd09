"""Translations that lag behind, seen by Git: in real repositories, against the base that a run has."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.checks import CHECKS, ContentError, check, find, load_site, run
from macros.checks.spelling import check_spelling
from macros.checks.translations import is_changed
from macros.content.loading import load_draft
from macros.content.problems import Problem, limit_per_file, render_text
from tests.checks.cases import TODAY, copy_base

IDENTITY = ("-c", "user.name=Editor", "-c", "user.email=editor@cluster.example", "-c", "commit.gpgsign=false")
TOPICS = "data/topics.yaml"
RU, EN = "Кодекс действует с 2020 года.", "The code has been in force since 2020."
NEW_RU, NEW_EN = "Кодекс отменён после 2020 года.", "The code was repealed after 2020."
RULES = [rule for rule in CHECKS if rule is not check_spelling]
"""What asks hunspell takes longer than all that is of interest here."""
LAGS = "data/topics.yaml:10:13 [translation-lags]"


class Repository:
    """A copy of the small valid site under Git; its first commit is on `main`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("Начало")

    def git(self, *arguments: str) -> str:
        run = subprocess.run(["git", *IDENTITY, *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return run.stdout.strip()

    def commit(self, message: str = "Правка") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def replace(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (self.root / file).write_text(text.replace(old, new), "utf-8")

    def problems(self) -> list[Problem]:
        draft, problems = load_draft(self.root, TODAY)
        return limit_per_file([*problems, *run(draft, lambda draft: find(draft, RULES))])

    def report(self) -> list[str]:
        return [f"{problem.place} [{problem.rule}]" for problem in self.problems()]


@pytest.fixture(autouse=True)
def at_a_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "CHECK_BASE", "CHECK_DRIFT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(copy_base(tmp_path / "site"))


def test_a_changed_russian_text_is_told_at_its_english_place_with_three_ways_out(repository: Repository) -> None:
    repository.replace(TOPICS, RU, NEW_RU)

    assert repository.report() == [LAGS]
    text = render_text(repository.problems(), "ru")
    assert "было «Кодекс действует с 2020 года.», стало «Кодекс отменён после 2020 года.»" in text
    assert all(way in text for way in ("исправьте английский текст", "pending: <день>", "«перевод сверен»"))


def test_no_site_is_made_of_it(repository: Repository) -> None:
    repository.replace(TOPICS, RU, NEW_RU)

    with pytest.raises(ContentError, match="1 problems"):
        load_site(repository.root, TODAY)


def test_a_text_changed_in_both_languages_and_one_in_english_only_are_right(repository: Repository) -> None:
    repository.replace(TOPICS, RU, NEW_RU)
    repository.replace(TOPICS, EN, NEW_EN)
    repository.replace("docs/en/about.md", "The cluster is called", "The name of the cluster is")

    assert repository.report() == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Кластер создан, и он растёт.", "Кластер создан — и он растет"),
        ("«Презент упаковка» в Туле", '"Презент  упаковка"\nв Туле!'),
        ("Якорное предпиятие", "Якорное предприятие"),
        ("ЗАВОД и склад", "завод и склад"),
    ],
)
def test_changes_of_form_and_typing_errors_do_not_count(was: str, now: str) -> None:
    assert not is_changed(was, now)
    assert not is_changed(now, was)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Завод построен", "Завод построят"),
        ("В 2020 году", "В 2021 году"),
        ("Пять линий", "Шесть линий"),
        ("Кластер создан", "Кластер не создан"),
        ("АЛ-6 и склад", "АЛ-7 и склад"),
    ],
)
def test_other_changes_count(was: str, now: str) -> None:
    assert is_changed(was, now)
    assert is_changed(now, was)


def test_pending_suspends_all_rules_of_parity_until_its_day(repository: Repository) -> None:
    repository.replace(TOPICS, RU, f"{NEW_RU} С 17 портами.")
    assert {problem.rule for problem in repository.problems()} == {"translation-lags", "numbers-differ"}

    repository.replace(TOPICS, "      status: confirmed", f"      status: confirmed\n      pending: {TODAY}")
    assert [problem.rule for problem in repository.problems()] == ["translation-pending"]

    repository.replace(TOPICS, str(TODAY), "2026-11-22")
    assert {problem.rule for problem in repository.problems()} >= {"translation-lags", "pending-over", "numbers-differ"}


@pytest.mark.parametrize("words", ["Правка\n\nПеревод сверен.", "Edit (translation: checked)"])
def test_a_commit_that_says_the_translation_is_checked_accepts_its_own_files(
    repository: Repository, words: str
) -> None:
    repository.git("switch", "--quiet", "--create", "work")
    repository.replace(TOPICS, RU, NEW_RU)
    repository.commit(words)
    assert repository.report() == []

    repository.replace("docs/ru/about.md", "Кластер называется", "Имя этого кластера —")
    repository.commit()
    assert repository.report() == ["docs/en/about.md:5:1 [translation-lags]"], "another file"

    repository.replace(TOPICS, NEW_RU, "Кодекс забыт после 2020 года.")
    repository.commit()
    assert LAGS in repository.report(), "a later change of the same file"


def test_the_base_is_where_the_branch_left_the_published_one(repository: Repository) -> None:
    repository.git("switch", "--quiet", "--create", "work")
    repository.replace(TOPICS, RU, NEW_RU)
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.replace("docs/ru/about.md", "Кластер называется", "Имя этого кластера —")
    repository.replace("docs/en/about.md", "The cluster is called", "The name of the cluster is")
    repository.commit()
    assert repository.report() == []

    repository.git("switch", "--quiet", "work")
    assert repository.report() == [LAGS]
    repository.git("merge", "--quiet", "--no-edit", "main")
    assert repository.report() == [LAGS], "after a merge"


def test_two_branches_that_touch_one_file_are_told_apart_and_a_rebase_changes_nothing(repository: Repository) -> None:
    repository.git("branch", "other")
    repository.git("switch", "--quiet", "--create", "work")
    repository.replace(TOPICS, "ru: Кодекс корабликов", "ru: Закон корабликов")
    repository.replace(TOPICS, "en: The Boat Code", "en: The Boat Law")
    repository.commit()
    repository.git("switch", "--quiet", "other")
    repository.replace(TOPICS, RU, NEW_RU)
    repository.commit()
    repository.git("switch", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-edit", "work")
    repository.git("switch", "--quiet", "other")
    assert repository.report() == [LAGS]

    repository.git("rebase", "--quiet", "main")
    assert repository.report() == [LAGS]


def test_ci_names_the_base_and_a_push_to_the_published_branch_only_warns(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = repository.git("rev-parse", "HEAD")
    repository.replace(TOPICS, RU, NEW_RU)
    repository.commit("Squashed, and so without the words that the reviewer accepted")
    assert repository.report() == [], "on the published branch itself the last commit is the base"

    monkeypatch.setenv("CHECK_BASE", before)
    assert repository.report() == [LAGS]
    monkeypatch.setenv("CHECK_DRIFT", "warn")
    assert [(problem.rule, problem.level) for problem in repository.problems()] == [("translation-lagged", "warning")]
    monkeypatch.setenv("CHECK_BASE", "0" * 40)
    assert repository.report() == [], "what GitHub names for a new branch is no base"


def move_record(repository: Repository) -> None:
    text = (repository.root / "data/organisations.yaml").read_text("utf-8")
    (repository.root / "data/organisations.yaml").write_text("[]\n", "utf-8")
    participants = repository.root / "data/participants.yaml"
    participants.write_text(participants.read_text("utf-8") + text, "utf-8")
    repository.replace("data/participants.yaml", "Портовая контора", "Старая гавань")


def rename_record(repository: Repository) -> None:
    repository.replace("data/topics.yaml", "id: boat-code\n", "id: boat-law\n")
    repository.replace("data/topics.yaml", RU, NEW_RU)


def rename_news(repository: Repository) -> None:
    old, new = "data/news/2024-05-01-fleet.yaml", "data/news/2024-05-01-boats.yaml"
    (repository.root / old).rename(repository.root / new)
    repository.replace(new, "date:", "former_ids: [2024-05-01-fleet]\ndate:")
    repository.replace(new, "Флот сложат из бумаги.", "Флот сожгут весной.")


def rename_page_by_git(repository: Repository) -> None:
    for lang in ("ru", "en"):
        repository.git("mv", f"docs/{lang}/about.md", f"docs/{lang}/boats.md")
    repository.replace("docs/ru/boats.md", "Кластер называется", "Имя этого кластера —")


def rename_page_by_hand(repository: Repository) -> None:
    for lang in ("ru", "en"):
        path = repository.root / "docs" / lang / "about.md"
        path.rename(path.with_name("boats.md"))
    (repository.root / "data/moved.yaml").write_text("- {from: about.md, to: boats.md}\n", "utf-8")
    repository.replace("docs/ru/boats.md", "Кластер называется", "Имя этого кластера —")


def add_a_section(repository: Repository) -> None:
    for lang in ("ru", "en"):
        path = repository.root / "docs" / lang / "about.md"
        path.write_text(path.read_text("utf-8") + "\n## A\n\nA.\n", "utf-8")
    repository.commit()
    for lang in ("ru", "en"):
        repository.replace(f"docs/{lang}/about.md", "## A\n", "## B\n\nB.\n\n## A\n")
    repository.replace("docs/ru/about.md", "\nA.\n", "\nСовсем иначе.\n")


@pytest.mark.parametrize(
    "change", [move_record, rename_record, rename_news, rename_page_by_git, rename_page_by_hand, add_a_section]
)
def test_records_are_found_by_id_and_sections_by_heading_wherever_they_have_gone(
    repository: Repository, change: Callable[[Repository], None]
) -> None:
    change(repository)

    assert "translation-lags" in {problem.rule for problem in repository.problems()}


def test_new_records_and_pages_lag_behind_nothing(repository: Repository) -> None:
    fleet = (repository.root / "data/news/2024-05-01-fleet.yaml").read_text("utf-8")
    new = repository.root / "data/news/2024-05-02-fleet.yaml"
    new.write_text(fleet.replace("date: 2024-05-01", "date: 2024-05-02"), "utf-8")

    assert "translation-lags" not in {problem.rule for problem in repository.problems()}


def history_problem(root: Path) -> tuple[str, str]:
    (problem,) = (one for one in check(root, TODAY)[1] if one.rule.startswith("no-history"))
    assert all(render_text([problem], lang) for lang in ("ru", "en"))
    return problem.details["reason"], problem.level


def test_without_a_history_that_is_a_note_and_in_ci_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = copy_base(tmp_path / "site")
    assert history_problem(root) == ("no-repository", "info")

    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    assert history_problem(root) == ("no-commits", "info")

    head = root / ".git" / "HEAD"
    sound = head.read_text()
    head.write_text("damaged")
    assert history_problem(root) == ("git-failed", "info")
    head.write_text(sound)

    monkeypatch.setenv("CI", "true")
    assert history_problem(root) == ("no-commits", "warning")
    monkeypatch.setenv("PATH", "")
    assert history_problem(root) == ("no-git", "warning")


def test_a_shallow_clone_without_the_base_is_told_which_command_gets_it(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = repository.git("rev-parse", "HEAD")
    repository.commit()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repository.root}", str(clone)], check=True)

    monkeypatch.setenv("CHECK_BASE", before)

    assert history_problem(clone) == ("no-base", "info")
    assert "git fetch --unshallow" in render_text(check(clone, TODAY)[1], "ru")


def test_a_site_below_the_root_of_its_repository_is_compared_too(tmp_path: Path) -> None:
    outer = Repository(copy_base(tmp_path / "all" / "site").parent)
    outer.replace(f"site/{TOPICS}", RU, NEW_RU)

    assert [problem.rule for problem in check(outer.root / "site", TODAY)[1]] == ["translation-lags"]
