"""Two wordings of a text to the runs of words that they share and do not share."""

import re
from difflib import SequenceMatcher

_LONG = 30
"""Words left standing around a difference inside a long text."""


def compare_words(old: str, new: str) -> list[tuple[str, str]]:
    """Return the words of two texts as runs of (`same` | `del` | `ins`, text); long runs that are the same are cut."""
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    runs: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            words = before[a:b]
            if len(words) > 2 * _LONG:
                words = [*words[: _LONG if a else 0], "… ", *words[-_LONG if b < len(before) else len(words) :]]
            runs.append(("same", "".join(words)))
            continue
        runs += [(mark, text) for mark, text in (("del", "".join(before[a:b])), ("ins", "".join(after[c:d]))) if text]
    return runs
