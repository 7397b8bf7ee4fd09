"""Writes the demo cluster with 300 participants and 2,000 news items: `python tests/clusters/enlarge.py FOLDER`."""

import re
import shutil
import sys
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path

DEMO = Path(__file__).parent / "demo"
STRINGS = Path(__file__).parents[2] / "data" / "strings.yaml"
PARTICIPANTS = 300
NEWS = 2000


def enlarge(root: Path) -> None:
    """Write the cluster into a new folder."""
    shutil.copytree(DEMO / "data", root / "data")
    shutil.copytree(DEMO / "docs", root / "docs")
    shutil.copy(STRINGS, root / "data")
    participants = root / "data" / "participants.yaml"
    head, *records = re.split(r"^(?=- id: )", participants.read_text("utf-8"), flags=re.MULTILINE)
    more = [
        re.sub(r'^( *- id: "?)([\w-]+)', rf"\1\2-{number}", drop_former_ids(record), flags=re.MULTILINE)
        if number >= len(records)
        else record
        for number, record in enumerate(islice(cycle(records), PARTICIPANTS))
    ]
    participants.write_text(head + "".join(more), "utf-8")
    items = [path.read_text("utf-8") for path in sorted((root / "data" / "news").glob("*.yaml"))]
    for number, text in enumerate(islice(cycle(items), NEWS - len(items))):
        day = (date(2005, 1, 1) + timedelta(days=3 * number)).isoformat()
        item = root / "data" / "news" / f"{day}-item-{number}.yaml"
        copy = re.sub(r"^date: .*", f"date: {day}", drop_former_ids(text), count=1, flags=re.MULTILINE)
        item.write_text(copy, "utf-8")


def drop_former_ids(text: str) -> str:
    """Return a record without them: only one record may have had an id."""
    return re.sub(r"^ *former_ids: .*\n", "", text, flags=re.MULTILINE)


if __name__ == "__main__":
    enlarge(Path(sys.argv[1]))
