"""The changes of the data out of real repositories: each is told once, and nothing is told that no reader sees."""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from macros.content import chronicle
from macros.content.changes import FIELDS, RecordChange
from macros.content.chronicle import Chronicle, compare_revisions, read_chronicle
from macros.content.clock import today
from macros.content.model import Answer, Cluster, NewsItem, Organisation, Topic, Unknown, ValueChain
from macros.content.repository import RevisionError
from macros.content.site import Site, load_site
from macros.render.changes import capitalise, visible_changes, word_change
from macros.render.view import View
from tests.built import DEMO, PROJECT
from tests.repository import Repository, git

Told = Counter[tuple[str, str, str, str, str, str]]
"""What was told: kind and id of the record, kind and id of the part, field, act."""


def copy_demo(root: Path) -> Path:
    shutil.copytree(DEMO / "data", root / "data")
    shutil.copy(PROJECT / "data" / "strings.yaml", root / "data")
    return root


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The demo cluster's data with a first commit on 1 January 2026."""
    return Repository.create(copy_demo(tmp_path))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = copy_demo(tmp_path_factory.mktemp("site"))
    shutil.copytree(DEMO / "docs", root / "docs")
    return load_site(root, today())[0]


def told(records: tuple[RecordChange, ...]) -> Told:
    return Counter(
        (
            record.record.kind,
            record.record.id,
            change.part.kind if change.part else "",
            change.part.id if change.part else "",
            change.field,
            change.act,
        )
        for record in records
        for change in record.changes
    )


def told_last(repository: Repository) -> Told:
    """What the newest day of a repository tells."""
    days = read_chronicle(repository.root).days
    return told(days[0].records) if days else Counter()


def sentences(site: Site, records: tuple[RecordChange, ...], lang: Any = "ru") -> list[str]:
    view = View(site, lang)
    found = [word_change(view, change) for record in records for change in visible_changes(record, lang)]
    return [capitalise(one).replace("\N{NO-BREAK SPACE}", " ") for one in found]


def test_every_field_of_a_record_is_compared_or_known_to_be_left_out() -> None:
    parts = {
        Cluster: {"status", "facts", "milestones", "links"},
        Organisation: {"facts", "former_ids"},  # the last is left out
        Topic: {"facts"},
        Unknown: {"answers"},
        ValueChain: {"materials", "markets", "links", "facts"},
        NewsItem: {"photo", "tags", "organisations", "former_ids"},  # left out
        Answer: set(),
    }
    for record, names in FIELDS.items():
        fields = set(record.model_fields) - {"id", "reviewed", "pending"}
        assert set(names) == fields - parts.get(record, set()), record.__name__


def test_a_status_is_told_from_what_to_what_with_its_source(repository: Repository, site: Site) -> None:
    repository.edit("participants.yaml", "  status: confirmed\n  region", "  status: past\n  region")
    repository.commit("2026-01-02T12:00:00+0000")

    (day,) = read_chronicle(repository.root).days
    (record,) = day.records

    assert (day.day, record.record.id) == (date(2026, 1, 2), "steklyannaya-verf")
    assert sentences(site, day.records) == ["Статус изменён с «подтверждено» на «было»."]
    assert sentences(site, day.records, "en") == ["Status changed from “confirmed” to “past”."]
    assert [source.id for source in record.sources] == ["lad-register-2025", "agreement-2022"]


def test_what_is_undone_on_the_same_day_leaves_no_trace(repository: Repository) -> None:
    for old, new in (("confirmed", "past"), ("past", "confirmed")):
        repository.edit("participants.yaml", f"  status: {old}\n  region", f"  status: {new}\n  region")
        repository.commit("2026-01-02T12:00:00+0000")
    assert read_chronicle(repository.root) == Chronicle((), date(2026, 1, 1))


def test_what_lasts_over_midnight_is_told_on_both_days(repository: Repository) -> None:
    for old, new, day in (("confirmed", "past", 2), ("past", "confirmed", 3)):
        repository.edit("participants.yaml", f"  status: {old}\n  region", f"  status: {new}\n  region")
        repository.commit(f"2026-01-0{day}T12:00:00+0000")
    assert [day.day.day for day in read_chronicle(repository.root).days] == [3, 2]


def test_a_day_is_one_of_universal_time(repository: Repository) -> None:
    repository.edit("participants.yaml", "  status: confirmed\n  region", "  status: past\n  region")
    repository.commit("2026-01-03T01:30:00+0300")
    assert [day.day for day in read_chronicle(repository.root).days] == [date(2026, 1, 2)]


def test_a_clock_that_was_ahead_puts_no_day_out_of_order(repository: Repository) -> None:
    for number, moment in enumerate(("2026-01-02", "2031-05-05", "2026-01-04")):
        repository.edit("cluster.yaml", "Варим", f"Варим {number},")
        repository.commit(f"{moment}T12:00:00+0000")
    assert [day.day for day in read_chronicle(repository.root).days] == [date(2026, 1, 4), date(2026, 1, 2)]


def test_words_of_the_interface_and_of_the_vocabulary_are_no_data(repository: Repository) -> None:
    repository.edit("strings.yaml", "ru: Новости", "ru: Вести")
    repository.edit("vocabulary.yaml", "ru: подтверждено", "ru: есть источник")
    repository.edit("menu.yaml", "  - about.md\n", "")
    repository.edit("participants.yaml", "reviewed: 1022fb 03819e", "reviewed: 1022fb")
    repository.commit("2026-01-02T12:00:00+0000")
    assert read_chronicle(repository.root).days == ()


def test_an_english_text_alone_is_told_in_english_only(repository: Repository, site: Site) -> None:
    repository.edit("participants.yaml", "Assembles and launches", "Builds and launches")
    repository.commit("2026-01-02T12:00:00+0000")
    (day,) = read_chronicle(repository.root).days
    assert sentences(site, day.records) == []
    assert len(sentences(site, day.records, "en")) == 1


def test_a_renamed_record_is_told_as_renamed_and_what_names_it_is_not(repository: Repository) -> None:
    for path in sorted((repository.root / "data").rglob("*.yaml")):
        text = path.read_text("utf-8")
        for old, new in (
            ("lad-register-2025", "register-2025"),
            ("steklyannaya-verf", "verf"),
            ("verf-output", "output"),
        ):
            text = text.replace(f"- {old}\n", f"- {new}\n").replace(f": {old}\n", f": {new}\n")
        path.write_text(text, "utf-8")
    repository.commit("2026-01-02T12:00:00+0000")
    assert told_last(repository) == Counter(
        [
            ("organisation", "verf", "", "", "id", "changed"),
            ("organisation", "verf", "fact", "output", "id", "changed"),
            ("source", "register-2025", "", "", "id", "changed"),
        ]
    )


def test_a_record_that_moves_to_another_file_is_no_change_and_a_fact_that_moves_says_so(
    repository: Repository, site: Site
) -> None:
    file = repository.root / "data" / "participants.yaml"
    head, first, rest = file.read_text("utf-8").split("\n- id: ", 2)
    start, end = first.index("    - id: verf-output"), first.index("    - id: verf-hundredth")
    fact, first = first[start:end], first[:start] + first[end:]
    file.write_text(f"{head}\n- id: {rest}", "utf-8")
    others = repository.root / "data" / "organisations.yaml"
    others.write_text(f"{others.read_text('utf-8').rstrip()}\n- id: {first.rstrip()}\n", "utf-8")
    repository.edit(
        "cluster.yaml", "\nfacts:\n", "\nfacts:\n" + fact.replace("\n    ", "\n  ").replace("    -", "  -", 1)
    )
    repository.commit("2026-01-02T12:00:00+0000")
    assert told_last(repository) == Counter([("cluster", "", "fact", "verf-output", "home", "changed")])
    (sentence,) = sentences(site, read_chronicle(repository.root).days[0].records)
    assert sentence.endswith("— к чему относится: было «Верфь „Стеклянный парус“», стало «Стеклянный парус».")


def test_records_and_parts_that_come_and_go_are_told_with_status(repository: Repository, site: Site) -> None:
    file = repository.root / "data" / "participants.yaml"
    head, first, rest = file.read_text("utf-8").split("\n- id: ", 2)
    fresh = (
        first.split("  facts:\n")[0]
        .replace("steklyannaya-verf", "fresh")
        .replace("Верфь «Стеклянный парус»", "Новая верфь")
        .replace("Собирает", "Скоро соберёт")
        .replace("verf.example.org", "fresh.example.org")
    )
    (repository.root / "data" / "participants.yaml").write_text(
        f"{head}\n- id: {rest.rstrip()}\n- id: {fresh}", "utf-8"
    )
    repository.commit("2026-01-02T12:00:00+0000")
    (day,) = read_chronicle(repository.root).days
    assert sentences(site, day.records) == [
        "Запись добавлена, роль — «Якорное предприятие», статус — «подтверждено».",
        "Запись убрана.",
    ]


def test_a_revision_that_cannot_be_read_is_bridged(repository: Repository, site: Site) -> None:
    """Neither one record nor a whole file that is broken for a while looks like something removed and added again."""
    repository.edit("participants.yaml", "  role: anchor\n  status: confirmed\n", "  role: ankor\n  status: past\n")
    repository.edit("topics.yaml", "- id: ", "- id: [\n- id: ")
    repository.commit("2026-01-02T12:00:00+0000")
    assert read_chronicle(repository.root).days == ()

    repository.edit("participants.yaml", "  role: ankor\n", "  role: anchor\n")
    repository.edit("topics.yaml", "- id: [\n- id: ", "- id: ")
    repository.commit("2026-01-03T12:00:00+0000")
    (day,) = read_chronicle(repository.root).days
    assert day.day == date(2026, 1, 3)
    assert sentences(site, day.records) == ["Статус изменён с «подтверждено» на «было»."]


def test_data_of_another_model_are_no_news(tmp_path: Path) -> None:
    """What could not be read before and can be now was there already, for all we know."""
    repository = Repository(copy_demo(tmp_path))
    repository.edit("participants.yaml", "  role: anchor\n", "  rôle: anchor\n")
    repository.edit("sources.yaml", "\n- id: ", "\nsources:\n- id: ")
    repository = Repository.create(tmp_path)
    repository.edit("participants.yaml", "  rôle: anchor\n", "  role: anchor\n")
    repository.edit("sources.yaml", "\nsources:\n- id: ", "\n- id: ")
    repository.commit("2026-01-02T12:00:00+0000")
    assert read_chronicle(repository.root).days == ()


def test_what_was_merged_counts_on_the_day_of_the_merge(repository: Repository) -> None:
    git(repository.root, "switch", "--quiet", "--create", "side")
    repository.edit("participants.yaml", "  status: confirmed\n  region", "  status: past\n  region")
    repository.commit("2026-01-02T12:00:00+0000")
    git(repository.root, "switch", "--quiet", "main")
    git(repository.root, "merge", "--quiet", "--no-ff", "--no-edit", "side", moment="2026-01-05T12:00:00+0000")
    assert [day.day.day for day in read_chronicle(repository.root).days] == [5]


def test_uncommitted_edits_do_not_count(repository: Repository) -> None:
    repository.edit("participants.yaml", "  status: confirmed\n  region", "  status: past\n  region")
    assert read_chronicle(repository.root).days == ()


def test_a_shallow_copy_says_since_when_it_knows(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for number in (2, 3, 4):
        repository.edit("cluster.yaml", "Варим", f"Варим {number},")
        repository.commit(f"2026-01-0{number}T12:00:00+0000")
    copy = tmp_path_factory.mktemp("copy")
    git(copy, "clone", "--quiet", "--depth=2", repository.root.as_uri(), ".")
    whole, part = read_chronicle(repository.root), read_chronicle(copy)
    assert (len(whole.days), whole.since, whole.is_partial) == (3, date(2026, 1, 1), False)
    assert (part.days, part.since, part.is_partial) == (whole.days[:1], date(2026, 1, 3), True)


def test_a_copy_without_the_old_contents_asks_no_network(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.edit("cluster.yaml", "Варим", "Варим 2,")
    repository.commit("2026-01-02T12:00:00+0000")
    (blob,) = git(repository.root, "rev-parse", "HEAD~1:data/cluster.yaml").split()
    (repository.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(RevisionError, match=r"нет прежнего содержания файла data/cluster\.yaml"):
        read_chronicle(repository.root)


def test_a_site_below_the_top_of_its_repository_has_its_own_history(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    copy_demo(tmp_path / "site")
    git(tmp_path, "init", "--quiet")
    inner = Repository(tmp_path / "site")
    inner.commit("2026-01-01T12:00:00+0000")
    inner.edit("cluster.yaml", "Варим", "Варим 2,")
    inner.commit("2026-01-02T12:00:00+0000")
    assert len(read_chronicle(inner.root).days) == 1


def test_a_folder_without_history_is_an_error_with_a_reason(tmp_path: Path) -> None:
    copy_demo(tmp_path)
    with pytest.raises(RevisionError, match="не рабочая копия Git"):
        read_chronicle(tmp_path)
    git(tmp_path, "init", "--quiet")
    with pytest.raises(RevisionError):
        read_chronicle(tmp_path)
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "x")
    with pytest.raises(RevisionError, match="нет папки data"):
        read_chronicle(tmp_path)


def test_what_is_kept_is_used_and_what_is_damaged_is_made_anew(repository: Repository) -> None:
    repository.edit("cluster.yaml", "Варим", "Варим 2,")
    repository.commit("2026-01-02T12:00:00+0000")
    kept: dict[str, bytes] = {}
    made: list[str] = []

    def keep(name: str, make: Callable[[], bytes]) -> bytes:
        if name not in kept or not chronicle.is_whole(kept[name]):
            made.append(name)
            kept[name] = make()
        return kept[name]

    first = read_chronicle(repository.root, keep)
    assert read_chronicle(repository.root, keep) == first and len(made) == 1
    kept[made[0]] = kept[made[0]][:-20]
    assert read_chronicle(repository.root, keep) == first and len(made) == 2


def test_a_hundred_days_are_told_and_older_ones_are_said_to_be_left_out(repository: Repository) -> None:
    name = (repository.root / "data" / "cluster.yaml").read_text("utf-8")
    stream = []
    for number in range(1, 103):
        text = name.replace("Варим", f"Варим {number},").encode()
        moment = 1767225600 + number * 86400 + 43200
        stream += [
            f"commit refs/heads/main\ncommitter E <e@cluster.example> {moment} +0000\ndata 1\nx\n".encode(),
            b"from refs/heads/main^0\n" if number == 1 else b"",
            f"M 644 inline data/cluster.yaml\ndata {len(text)}\n".encode() + text + b"\n",
        ]
    git(repository.root, "fast-import", "--quiet", "--force", given=b"".join(stream))
    found = read_chronicle(repository.root)
    assert (len(found.days), found.is_cut) == (100, True)
    assert found.days[0].day - found.days[-1].day == date(2026, 4, 11) - date(2026, 1, 2)


# Random edits


LOCALISED = {
    *("name", "short_name", "name_note", "tagline", "description", "summary", "title", "title_note", "question"),
    *("how_to_check", "note", "publisher", "stated_by", "text", "lead", "date_note"),
}
CHOICES = {
    "status": ("planned", "confirmed", "past", "disputed", "unknown"),
    "role": ("anchor", "participant", "team", "authority", "organiser", "partner", "specialised"),
    "grade": ("A", "B", "C"),
    "region": ("XA-NOR", "XA-VEL", "XA-OST", "XA-TIM"),
    "stage": ("melt", "hull", "rig", "launch"),
    "kind": ("not_found", "disputed"),
    "material": ("sand", "soda", "sheet"),
    "contact": ("lad-i-lyod", "steklyannaya-verf"),
}
DAYS, ADDRESSES = ("as_of", "checked", "searched"), ("url", "website", "link")
FILES = ("cluster", "organisations", "participants", "sources", "topics", "unknowns", "value_chain")
OWNERS = dict(
    zip(FILES, ("cluster", "organisation", "organisation", "source", "topic", "unknown", "chain"), strict=True)
)
PART_LISTS = {"facts": "fact", "milestones": "milestone", "links": "link", "materials": "material", "markets": "market"}

Place = tuple[str, tuple[str | int, ...]]
"""A file and the way to a field in it."""


def read_data() -> dict[str, Any]:
    return {name: yaml.load((DEMO / "data" / f"{name}.yaml").read_text("utf-8"), yaml.CBaseLoader) for name in FILES}


def find_places() -> dict[Place, tuple[str, str, str, str, str, str]]:
    """Every field that can be edited, and how a change of it should be told."""
    found: dict[Place, tuple[str, str, str, str, str, str]] = {}

    def note(file: str, path: tuple[str | int, ...], record: dict[str, Any], told: tuple[str, str, str, str]) -> None:
        for field in record:
            is_group = field == "group" and told[0] == "topic"
            is_fact_of_cluster = field == "status" and isinstance(record[field], dict)
            known = {*LOCALISED, *CHOICES, *DAYS, *ADDRESSES, "sources", "group", "date"}
            if field in known and not is_group and not is_fact_of_cluster:
                found[file, (*path, field)] = (*told, field, "changed")

    for file, content in read_data().items():
        records = content if isinstance(content, list) else [content]
        for number, record in enumerate(records):
            way: tuple[str | int, ...] = (number,) if isinstance(content, list) else ()
            owner = (OWNERS[file], str(record.get("id", "")))
            note(file, way, record, (*owner, "", ""))
            for key, kind in PART_LISTS.items():
                for index, part in enumerate(record.get(key, ())):
                    if "id" in part:
                        note(file, (*way, key, index), part, (*owner, kind, part["id"]))
    return found


PLACES = find_places()


def edited(field: str, value: Any, seed: int) -> Any:
    """Another value for a field, the same for the same seed."""
    pick = random.Random(seed)
    if field in LOCALISED or field == "group":
        return {lang: f"{text.rstrip('.')} {seed}" for lang, text in value.items()}
    if field in CHOICES:
        return pick.choice(CHOICES[field])
    if field == "sources":
        return pick.sample(["lad-register-2025", "agreement-2022", "lad-report-2024", "almanac-2020"], 2)
    if field in ADDRESSES:
        return f"https://{seed}.example.org/"
    return f"20{pick.randrange(10, 25)}-0{pick.randrange(1, 9)}-1{pick.randrange(9)}"


def apply(data: dict[str, Any], edits: dict[Place, int]) -> dict[Place, Any]:
    """Edit data in place; return the values there now, lists without their order."""
    now = {}
    for (file, path), seed in edits.items():
        target = data[file]
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = edited(str(path[-1]), target[path[-1]], seed)
    for file, path in PLACES:
        value = data[file]
        for step in path:
            value = value[step]
        now[file, path] = sorted(value) if isinstance(value, list) else value
    return now


@pytest.fixture(scope="module")
def random_repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    root = copy_demo(tmp_path_factory.mktemp("random"))
    return Repository.create(root)


EDITS = st.dictionaries(st.sampled_from(sorted(PLACES, key=str)), st.integers(1, 9), max_size=6)


class Speaker:
    """The demo cluster's words; Hypothesis prints arguments, and a site is too long for that."""

    def __init__(self, site: Site) -> None:
        self.site = site


@pytest.fixture(scope="module")
def speaker(site: Site) -> Speaker:
    return Speaker(site)


@settings(max_examples=20, deadline=None, phases=(Phase.generate,))  # shrinking would take many commits
@given(first=EDITS, second=EDITS)
def test_random_pairs_of_edits_are_told_field_by_field_each_once(
    random_repository: Repository, speaker: Speaker, first: dict[Place, int], second: dict[Place, int]
) -> None:
    values, commits = [], []
    for edits in (first, second):
        data = read_data()
        values.append(apply(data, edits))
        for file, content in data.items():
            path = random_repository.root / "data" / f"{file}.yaml"
            path.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), "utf-8")
        commits.append(random_repository.commit("2026-01-02T12:00:00+0000"))

    records = compare_revisions(random_repository.root, *commits)

    expected = [place for place in PLACES if values[0][place] != values[1][place]]
    assert told(records) == Counter(PLACES[place] for place in expected)
    for lang in ("ru", "en"):
        lines = sentences(speaker.site, records, lang)
        assert len(lines) == len(expected)
        for place in expected:
            value = values[1][place]
            if isinstance(value, dict) and PLACES[place][4] not in ("name", "title", "question", "text"):
                marks = str.maketrans("«»" if lang == "ru" else "“”", "„“" if lang == "ru" else "‘’")
                inner = value[lang].removesuffix(".").translate(marks)
                assert any(inner in line for line in lines), (place, lines)
