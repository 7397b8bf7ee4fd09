"""Writes the demo cluster enlarged: `python -m tests.clusters.enlarge FOLDER [PARTICIPANTS [NEWS]]`, 300 and 2,000."""

import sys
from datetime import date, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.built import DEMO, copy_content

WORDS = 250
"""In the Russian body of a news item, at least."""
Record = dict[str, Any]


def enlarge(root: Path, participants: int = 300, news: int = 2000) -> None:
    """Write the cluster into a new folder; what the demo has is always there."""
    copy_content(root)
    records = load(DEMO / "data" / "participants.yaml")
    more = islice(enumerate(cycle(records)), len(records), participants)
    dump(root / "data" / "participants.yaml", [*records, *(copy_participant(record, n) for n, record in more)])
    items = _load_items()
    for number, (name, item) in enumerate(items.items()):
        dump(root / "data" / "news" / f"{name}.yaml", compose_item(item, number))
    for number, item in islice(enumerate(cycle(items.values())), len(items), news):
        day = (date(2005, 1, 1) + timedelta(days=7000 * number // news)).isoformat()
        copy = {key: value for key, value in item.items() if key != "former_ids"} | {"date": day}
        dump(root / "data" / "news" / f"{day}-item-{number}.yaml", compose_item(copy, number))


def compose_item(item: Record, number: int) -> Record:
    """Return a news item with a number in its title and a long body: its own, then those of others."""
    bodies = [other["body"] for other in _load_items().values()]
    title = {"ru": f"{item['title']['ru']} № {number}", "en": f"{item['title']['en']} No. {number}"}
    body = dict(item["body"])
    for other in Random(number).sample(bodies, len(bodies)):
        if len(body["ru"].split()) < WORDS:
            body = {lang: f"{text}\n{other[lang]}" for lang, text in body.items()}
    return item | {"title": title, "body": body}


def copy_participant(record: Record, number: int) -> Record:
    """Return a copy with ids of its own; only one record may have had an id."""
    copy = {key: value for key, value in record.items() if key != "former_ids"} | {"id": f"{record['id']}-{number}"}
    if "facts" in record:
        copy["facts"] = [fact | {"id": f"{fact['id']}-{number}"} for fact in record["facts"]]
    return copy


@cache
def _load_items() -> dict[str, Record]:
    return {path.stem: load(path) for path in sorted((DEMO / "data" / "news").glob("*.yaml"))}


def load(path: Path) -> Any:
    """Return what a YAML file holds, every value as text."""
    return yaml.load(path.read_text("utf-8"), yaml.CBaseLoader)


class _Dumper(yaml.CSafeDumper):
    """Writes a text of several lines line by line, as an editor does, and the same value twice without an anchor."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def dump(path: Path, data: Any) -> None:
    """Write a YAML file."""
    path.write_text(yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120), "utf-8")


if __name__ == "__main__":
    enlarge(Path(sys.argv[1]), *map(int, sys.argv[2:]))
