"""What is remembered: after any changes, a check that remembers finds what a clean one finds, problems and records."""

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from macros.content import examining, items, snapshot
from macros.content import memory as memory_module
from macros.content.around import QUESTIONS
from macros.content.examining import Examination
from macros.content.memory import MEMORY, NAME
from macros.content.problems import Problem
from macros.content.site import check
from tests.content.cases import TODAY, copy_base

STEPS = int(os.environ.get("SOUNDNESS", "200"))
NEWS = "2024-05-01-fleet"

Change = Callable[[Path, random.Random], None]


ALWAYS, NEVER = 0, 10**18
"""When a file that has been changed counts as settled: at once, or not while a test runs."""


def whole(problems: tuple[Problem, ...]) -> list[tuple[Problem, dict[str, str]]]:
    """Problems with their details, which do not count when two are compared."""
    return [(problem, dict(problem.details)) for problem in problems]


def find_both(root: Path, today: date = TODAY) -> list[tuple[object, ...]]:
    """What a check that remembers finds, and a clean one: problems, the records of news and all others, pages."""
    both = (Examination(root, today, root / MEMORY), Examination(root, today))
    return [
        (
            whole(found.problems),
            found.news,
            {kind: [entry.record for entry in entries] for kind, entries in found.draft.entries.items()},
            found.draft.pages,
            found.draft.photos,
            list(found.redirects.items()),
        )
        for found in both
    ]


def forget() -> None:
    """Leave what is remembered to its files alone, as a new process finds it."""
    for latest in (memory_module._latest, items._latest, examining._latest_rest):
        latest.clear()


def some_news(root: Path, dice: random.Random) -> Path:
    """One of the news files."""
    return dice.choice(sorted((root / "data" / "news").glob("*.yaml")))


def replace_in(path: Path, *changes: tuple[str, str]) -> None:
    """Put other words into a file, wherever they stand."""
    text = path.read_text("utf-8")
    for old, new in changes:
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def toggle(path: Path, here: str, there: str) -> None:
    """Write one of two things in place of the other."""
    text = path.read_text("utf-8")
    path.write_text(text.replace(here, there) if here in text else text.replace(there, here), "utf-8")


WORDS = {
    "ru": (
        "Кораблик сложат дважды.",
        "Верфь «Север» вошла в состав кластера.",
        "Участник кластера — Верфь «Юг».",
        "Абракадаброид.",
        "Кодекс помог.",
        "[Страница](about.md#facts)",
        "[Новость](news/2024-05-02-b.md#chto)",
        "[Год](news/2023.md)",
        "[Была](news/2024-05-01-old.md#chto)",
        "[Верфь](organisations/old-yard.md)",
        "## Что",
        "Сeвер",
        "Портовый Норд.",
        "12 лодок.",
    ),
    "en": (
        "A boat is folded twice.",
        "North Yard has joined the cluster.",
        "South Yard is a participant in the cluster.",
        "Abrakadabroid.",
        "The code helped.",
        "[Page](about.md#facts)",
        "[News](news/2024-05-02-b.md#what)",
        "[Yard](organisations/north-yard.md#fact-north-yard-role)",
        "## What",
        "Nоrth",
        "Harbour Nord.",
        "[Boats](boats.png)",
        "[Moved](news/2023-01-02-gone.md)",
        "[Tag](news/tags/ideas.md)",
    ),
}


FORMER_NEWS = ("2024-05-01-old", "2024-05-02-b", "2023-01-02-gone", "2024-05-02-n34983", "old")
FORMER_KEYS = ("former_ids", "former_ids", '"former\\u005fids"', "former\u200b_ids")
"""The name of the field, also as YAML can hide it: with an escape, or with a character that nobody sees."""

PATHS = (
    "news/2023-01-02-gone.md",
    "news/2024-05-01-old.md",
    f"news/{NEWS}.md",
    "organisations/old-yard.md",
    "organisations/north-yard.md",
    "news/tags/ideas.md",
    "news/tags/plans.md",
    "about.md",
    "old.md",
    "nowhere.md",
)


def write_news(root: Path, dice: random.Random) -> None:
    """A news item, new or another, of anything that rules look at."""
    day = dice.choice(("2023-01-02", "2024-05-01", "2024-05-02", "2026-11-23", "2026-11-24"))
    body = {lang: "\n\n    ".join(dice.sample(words, dice.randint(1, 4))) for lang, words in sorted(WORDS.items())}
    photo = dice.choice(
        ("", "photo: {file: boat.png, alt: {ru: Лодка, en: A boat}, credit: {ru: Порт, en: Harbour}}\n")
    )
    former = ", ".join(dice.sample(FORMER_NEWS, dice.randint(0, 2)))
    (root / "data" / "news" / f"{day}-{dice.choice('abc')}.yaml").write_text(
        f"date: {day}\ntitle: {{ru: Новость, en: News}}\nlead: {{ru: Лодки, en: Boats}}\n"
        f"body:\n  ru: |\n    {body['ru']}\n  en: |\n    {body['en']}\n{photo}"
        + dice.choice(("", "pending: 2026-11-24\n", "reviewed: 84e5a5\n"))
        + dice.choice(("", f"{dice.choice(FORMER_KEYS)}: [{former}]\n"))
        + f"tags: [{dice.choice(('plans', 'talks', 'ideas'))}]\n"
        f"organisations: [{dice.choice(('north-yard', 'south-yard', 'old-yard'))}]\n"
        f"sources: [{dice.choice(('harbour-news', 'harbour-post'))}]\n",
        "utf-8",
    )


def delete_news(root: Path, dice: random.Random) -> None:
    if len(list((root / "data" / "news").iterdir())) > 1:
        some_news(root, dice).unlink()


def rename_news(root: Path, dice: random.Random) -> None:
    path = some_news(root, dice)
    path.rename(path.with_name(f"{path.name[:10]}-{dice.choice('abcd')}.yaml"))


def break_news(root: Path, dice: random.Random) -> None:
    path = some_news(root, dice)
    path.write_text(dice.choice((path.read_text("utf-8") + "extra: x\n", "- a", "", "date: [")), "utf-8")


def change_source(root: Path, dice: random.Random) -> None:
    toggle(root / "data" / "sources.yaml", *dice.choice((("harbour-news", "harbour-post"), ("Harbour", "Nord"))))


def add_source(root: Path, dice: random.Random) -> None:
    path = root / "data" / "sources.yaml"
    text = path.read_text("utf-8")
    more = (
        "- id: second\n  publisher: {ru: Норд, en: Nord}\n  title: {ru: Порт, en: The harbour}\n"
        "  url: http://nord.example/\n  checked: 2026-11-20\n  check_by: 2026-11-24\n  grade: B\n"
    )
    path.write_text(text.replace(more, "") if more in text else text.rstrip("\n") + "\n" + more, "utf-8")


def change_organisation(root: Path, dice: random.Random) -> None:
    pairs = (("north-yard", "south-yard"), ("Север", "Юг"), ("North Yard", "South Yard"), ("planned", "confirmed"))
    toggle(root / "data" / "participants.yaml", *dice.choice((*pairs, ("role: anchor", "role: team"))))


def change_words(root: Path, dice: random.Random) -> None:
    (root / "data" / "words.yaml").write_text(
        dice.choice(("ru: []\nen: []\n", "ru: [абракадаброид]\nen: [abrakadabroid]\n", "ru: [кораблик]\nen: []\n")),
        "utf-8",
    )


def change_glossary(root: Path, dice: random.Random) -> None:
    terms = ("- {id: code, ru: [кодекс], en: [code]}\n", "- {id: boat, ru: [лодка], en: [ship], never_en: [boat]}\n")
    (root / "data" / "glossary.yaml").write_text("".join(dice.sample(terms, dice.randint(0, 2))), "utf-8")


def change_exceptions(root: Path, dice: random.Random) -> None:
    exempt = "- {rule: http-address, for: http://nord.example/, reason: Так надо.}\n"
    (root / "data" / "exceptions.yaml").write_text(dice.choice(("", exempt)), "utf-8")


def change_page(root: Path, dice: random.Random) -> None:
    for lang in ("ru", "en"):
        path = root / "docs" / lang / "about.md"
        if not path.exists():
            continue
        toggle(path, *dice.choice((('{{ facts("cluster") }}', "Ещё."), ("# ", "# Наш "), ("\n## ", "\n### "))))
        if dice.random() < 0.5:
            path.write_text(
                path.read_text("utf-8") + dice.choice((f"\n[N](news/{NEWS}.md)\n", "\n[Y](news/2023.md)\n"))
            )


def add_page(root: Path, dice: random.Random) -> None:
    name = dice.choice(("about", "news/2023", f"news/{NEWS}", "boats", "news/tags/talks"))
    for lang in ("ru", "en"):
        path = root / "docs" / lang / f"{name}.md"
        if path.exists():
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f"---\ntitle: {lang} {name}\ndescription: {name} {lang}\n---\n# {name}\n\n## What\n", "utf-8"
            )


def change_vocabulary(root: Path, dice: random.Random) -> None:
    toggle(root / "data" / "vocabulary.yaml", *dice.choice((("id: plans", "id: talks"), ("tags:", "tagz:"))))


def change_former_ids(root: Path, dice: random.Random) -> None:
    """Former ids of an organisation, of a tag or of a news item come, go, or stay and become wrong."""
    name, start, choices = dice.choice(
        (
            ("participants.yaml", "  role: ", ("old-yard", "north-yard", "south-yard", "yard-34983")),
            ("vocabulary.yaml", "  - id: plans\n", ("ideas", "talks", "plans")),
            (f"news/{some_news(root, dice).name}", "date: ", FORMER_NEWS),
        )
    )
    path = root / "data" / name
    lines = [line for line in path.read_text("utf-8").split("\n") if not line.lstrip().startswith("former_ids:")]
    text = "\n".join(lines)
    if dice.random() < 0.7 and start in text:
        ids = f"former_ids: [{', '.join(dice.sample(choices, dice.randint(1, 2)))}]\n"
        before, _, after = text.partition(start)
        indent = "    " if name == "vocabulary.yaml" else start[: len(start) - len(start.lstrip())]
        text = before + (start + indent + ids if start.endswith("\n") else indent + ids + start) + after
    path.write_text(text, "utf-8")


def change_moves(root: Path, dice: random.Random) -> None:
    pairs = (dice.sample(PATHS, 2) for _ in range(dice.randint(0, 3)))
    text = "".join(f"- {{from: {old}, to: {new}}}\n" for old, new in pairs)
    (root / "data" / "moved.yaml").write_text(dice.choice((text, text, text + "- a\n")), "utf-8")


def rename_with_former_id(root: Path, dice: random.Random) -> None:
    """A news file gets another name, and says which it had."""
    path = some_news(root, dice)
    text = path.read_text("utf-8")
    path.write_text(f"former_ids: [{path.stem}]\n{text}" if "former" not in text else text, "utf-8")
    path.rename(path.with_name(f"{path.name[:10]}-{dice.choice('abcd')}.yaml"))


def change_menu(root: Path, dice: random.Random) -> None:
    toggle(root / "data" / "menu.yaml", "about.md", dice.choice(("old.md", "news/2024-05-01-old.md")))


def change_photo(root: Path, dice: random.Random) -> None:
    from PIL import Image

    path = root / dice.choice(("data/photos/boat.png", "docs/en/boats.png"))
    if path.exists():
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (dice.choice((700, 900)), 10)).save(path)


CHANGES: tuple[Change, ...] = (
    write_news,
    write_news,
    delete_news,
    rename_news,
    break_news,
    change_source,
    add_source,
    change_organisation,
    change_words,
    change_glossary,
    change_exceptions,
    change_page,
    add_page,
    change_vocabulary,
    change_photo,
    change_former_ids,
    change_former_ids,
    change_moves,
    rename_with_former_id,
    change_menu,
)


def restore(root: Path) -> None:
    """Put the base back, but keep what is remembered."""
    for name in ("data", "docs"):
        shutil.rmtree(root / name)
    other = copy_base(root / "base")
    for name in ("data", "docs"):
        (other / name).rename(root / name)
    shutil.rmtree(other)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_changes_the_check_that_remembers_tells_what_a_clean_one_tells(
    site: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With even seeds a file has its stamp soon after a change: a run takes longer than that. Most runs are the first
    of their process, so that they read what others wrote."""
    monkeypatch.setattr(snapshot, "SETTLED", NEVER if seed % 2 else 20_000_000)
    dice = random.Random(seed)
    today = TODAY
    told: list[str] = []
    seen: set[str] = set()
    for _ in range(STEPS // 4):
        if dice.random() < 0.05:
            restore(site)
            told = ["restore"]
        if dice.random() < 0.1:
            today += timedelta(days=dice.choice((-1, 1, 90)))
        for change in dice.choices(CHANGES, k=dice.randint(1, 2)):
            change(site, dice)
            told.append(change.__name__)
        if dice.random() < 0.7:
            forget()

        found, clean = find_both(site, today)

        assert found == clean, told
        seen.add(str(found[0]))
    assert len(seen) > 3, "changes that change nothing prove nothing"


def test_the_site_is_the_same(site: Path) -> None:
    check(site, TODAY, site / MEMORY)

    again, clean = check(site, TODAY, site / MEMORY), check(site, TODAY)

    assert clean[0] is not None
    assert again == clean


def test_nothing_is_examined_twice_while_nothing_changes(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Examination(site, TODAY, site / MEMORY)
    monkeypatch.setattr(Examination, "_examine_one", None)

    again = Examination(site, TODAY, site / MEMORY)

    assert whole(again.problems) == whole(first.problems)
    assert "_rest" not in again.__dict__


def test_an_edited_news_item_has_another_line_and_all_others_keep_theirs(site: Path) -> None:
    news = site / "data" / "news"
    for number in range(2, 8):
        other = shutil.copy(news / f"{NEWS}.yaml", news / f"2024-05-0{number}-fleet.yaml")
        replace_in(other, ("date: 2024-05-01", f"date: 2024-05-0{number}"))
    check(site, TODAY, site / MEMORY)
    before = (site / MEMORY / NAME).read_bytes().split(b"\n")[2:]
    forget()
    replace_in(other, ("Флот", "Флотт"))

    check(site, TODAY, site / MEMORY)
    after = (site / MEMORY / NAME).read_bytes().split(b"\n")[2:]

    assert [other.stem.encode() in line for line in before if line not in after] == [True]
    assert len(after) == len(before) == 7


def test_an_organisation_that_news_do_not_ask_about_leaves_them_alone(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Examination(site, TODAY, site / MEMORY)
    monkeypatch.setattr(Examination, "_examine_one", None)
    replace_in(site / "data" / "participants.yaml", ("Folds boats.", "Folds two boats."), ("Складывает", "Сложит"))

    assert Examination(site, TODAY, site / MEMORY).problems


@pytest.mark.parametrize("key", FORMER_KEYS[1:])
def test_a_former_id_that_comes_is_told_to_a_news_item_that_links_to_it(site: Path, key: str) -> None:
    news = site / "data" / "news"
    other = shutil.copy(news / f"{NEWS}.yaml", news / "2024-05-02-b.yaml")
    replace_in(other, ("date: 2024-05-01", "date: 2024-05-02"))
    replace_in(news / f"{NEWS}.yaml", ("Флот", "[Была](news/2024-05-01-old.md). Флот"))
    before = Examination(site, TODAY, site / MEMORY).problems
    replace_in(other, ("date:", f"{key}: [2024-05-01-old]\ndate:"))

    found, clean = find_both(site)
    after = [problem for problem in Examination(site, TODAY).problems if problem.rule == "broken-link"]

    assert [problem.details.get("renamed") for problem in before if problem.rule == "broken-link"] == [None]
    assert [problem.details.get("renamed") for problem in after] == ["news/2024-05-02-b.md"]
    assert found == clean


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_is_asked_by_name_as_it_was(name: str) -> None:
    assert QUESTIONS[name].__name__ == name


@pytest.mark.parametrize("harm", ["empty", "half", "bits", "text", "numbers"])
def test_what_is_damaged_counts_as_forgotten(site: Path, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "SETTLED", NEVER)
    check(site, TODAY, site / MEMORY)
    file = site / MEMORY / NAME
    raw = file.read_bytes()
    harmed = {
        "empty": b"",
        "half": raw[: len(raw) // 2],
        "bits": bytes(byte ^ 1 for byte in raw),
        "text": raw[:-20] + b"x" * 20,
        "numbers": b"1 2 3\n[]",
    }
    file.write_bytes(harmed[harm])

    found, clean = find_both(site)

    assert found == clean
    assert file.read_bytes() == raw


def damage_items(site: Path, harm: Callable[[bytes], bytes]) -> None:
    """Change the files that keep news items as another process would: this one forgets what it has in memory."""
    for file in (site / MEMORY).glob("items-*"):
        file.write_bytes(harm(file.read_bytes()))
    items._latest.clear()


@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: b"",
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace("Флот".encode(), "Плот".encode()),
        lambda raw: b"x" + raw,
        lambda raw: bytes(byte ^ 1 for byte in raw),
    ],
    ids=["empty", "half", "other words", "other key", "bits"],
)
def test_news_items_that_are_damaged_are_read_from_their_files(site: Path, harm: Callable[[bytes], bytes]) -> None:
    clean = Examination(site, TODAY).news
    check(site, TODAY, site / MEMORY)
    kept = {file: file.read_bytes() for file in (site / MEMORY).glob("items-*")}
    damage_items(site, harm)

    assert clean
    assert Examination(site, TODAY, site / MEMORY).news == clean
    assert {file: file.read_bytes() for file in kept} == kept


def test_a_file_that_keeps_its_stamp_is_not_read_again(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "SETTLED", ALWAYS)
    first = Examination(site, TODAY, site / MEMORY)
    for reading in ("_read", "_digest"):
        monkeypatch.setattr(snapshot, reading, None)

    assert whole(Examination(site, TODAY, site / MEMORY).problems) == whole(first.problems)


@pytest.mark.parametrize("name", [f"data/news/{NEWS}.yaml", "data/participants.yaml", "docs/ru/about.md"])
def test_a_change_of_equal_length_that_sets_the_time_back_is_seen(
    site: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "SETTLED", ALWAYS)
    before = Examination(site, TODAY, site / MEMORY).problems
    file = site / name
    raw, status = file.read_bytes(), file.stat()
    file.write_bytes(raw.replace("о".encode(), b"\xff\xff", 1))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))

    found, clean = find_both(site)

    assert file.stat().st_size == status.st_size
    assert found == clean
    assert found[0] != whole(before)


def test_a_file_that_has_just_been_changed_gets_no_stamp(site: Path) -> None:
    found = snapshot.take_snapshot(site, {})

    assert found.news
    assert not found.stamps


def test_what_changes_while_it_is_examined_is_not_remembered(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose bytes are not those that its stamp stood for has been changed since the run looked at it."""
    monkeypatch.setattr(snapshot, "SETTLED", ALWAYS)
    check(site, TODAY, site / MEMORY)
    code = snapshot.digest_code()
    known = memory_module.read_memory(site / MEMORY, code, site)
    stamps = {name: (stamp, "0" * 64 if NEWS in name else digest) for name, (stamp, digest) in known.stamps.items()}
    memory_module.write_memory(site / MEMORY, code, site, replace(known, stamps=stamps))
    raw = (site / MEMORY / NAME).read_bytes()

    found, clean = find_both(site)

    assert found == clean
    assert (site / MEMORY / NAME).read_bytes() == raw


def test_other_code_remembers_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(site, TODAY, site / MEMORY)

    assert memory_module.read_memory(site / MEMORY, "other", site) == memory_module.Memory()


def test_a_folder_that_cannot_be_written_is_done_without(site: Path) -> None:
    (site / ".cache").write_text("not a folder")

    found, clean = find_both(site)

    assert found == clean


def test_a_mistake_of_ours_in_another_process_shows_its_traceback(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = site / "data" / "news"
    for number in range(10, 80):
        shutil.copy(news / f"{NEWS}.yaml", news / f"2024-05-01-n{number}.yaml")

    def fail(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("macros.content.parts.examine_news", fail)

    with pytest.raises(ZeroDivisionError, match="planted"):
        check(site, TODAY)


def test_many_news_are_examined_as_few_are(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = site / "data" / "news"
    for number in range(10, 80):
        shutil.copy(news / f"{NEWS}.yaml", news / f"2024-05-01-n{number}.yaml")
    replace_in(news / "2024-05-01-n44.yaml", ("бумаги", "бумагги"), ("harbour-news", "nobody"))
    many, one_by_one = check(site, TODAY), None
    monkeypatch.setattr("macros.content.examining.FEW", 1000)
    one_by_one = check(site, TODAY)

    assert whole(many[1]) == whole(one_by_one[1])
    assert {problem.rule for problem in many[1]} == {"misspelt", "stale-translation", "unknown-reference"}
