"""What may go wrong in publishing that is no fault of the program, in the operator's language."""

import errno
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from macros.content.model import Language

MESSAGES = Path(__file__).parent / "messages"


class PublishError(Exception):
    """`name` is a message of the catalogue; `details` fill it in. The live site is as it was."""

    def __init__(self, name: str, **details: object) -> None:
        super().__init__(name)
        self.name = name
        self.details = {key: str(value) for key, value in details.items()}


@cache
def load_words(lang: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the catalogue: `failures` (name -> `what` and `fix`) and `words`, each a format string."""
    catalogue: dict[str, dict[str, str]] = yaml.safe_load((MESSAGES / f"{lang}.yaml").read_text("utf-8"))
    return catalogue


def say(lang: Language, word: str, /, **details: object) -> str:
    """Return a sentence of the catalogue."""
    return load_words(lang)["words"][word].format(**details)


def explain_failure(error: PublishError, lang: Language) -> str:
    """Return what is wrong and what to do, on two lines."""
    message = load_words(lang)["failures"][error.name]
    what, fix = (message[part].format(**error.details) for part in ("what", "fix"))  # type: ignore[index]
    return f"{say(lang, 'error')}: {what}\n    {say(lang, 'fix')}: {fix}"


def from_system(error: OSError) -> PublishError:
    """Return the failure that an error of the operating system means to the operator."""
    place = error.filename or ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return PublishError("disk-full", path=place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return PublishError("no-permission", path=place)
    return PublishError("system", reason=error.strerror or str(error), path=place)
