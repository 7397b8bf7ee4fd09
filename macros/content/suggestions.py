"""What an editor probably meant: values that messages offer, each of which would pass."""

import re
import unicodedata
from urllib.parse import quote

from macros.content.model import WEB_ADDRESS

_LATIN = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".replace("-", "").split(" ")
_TO_LATIN = str.maketrans(dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", _LATIN, strict=True)))


def suggest_url(value: str) -> str:
    """Return the web address that was probably meant, else an example."""
    bare = re.sub(r"^(?:(?:h?t+ps?:?)?/+)*", "", value.strip(" \t<>«»\"'").replace("\\", "/"), flags=re.IGNORECASE)
    bare = re.sub(r"^[^/?#]*@", "", bare)
    host = re.split("[/?#]", bare, maxsplit=1)[0]
    rest = bare[len(host) :]
    host = re.sub(r"\.+", ".", re.sub(r":\d*$", "", host)).strip(".")
    rest = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(rest, safe="%/?#[]@!$&'()*+,;=:~"))
    address = f"https://{host}{rest}".rstrip(".,;:")
    return address if WEB_ADDRESS.fullmatch(address) else "https://example.ru"


def suggest_name(value: str, pattern: str, example: str) -> str:
    """Return the id, path or file name that was probably meant and that a pattern allows, else an example."""
    path, _, ending = value.strip().rpartition(".")
    parts = [part for part in map(_simplify, (path or value).split("/")) if part]
    whole, last = _simplify(value), parts[-1] if parts else ""
    files = (f"{'/'.join(parts)}.{ending.lower()}", f"{'/'.join(parts)}.md", f"{last}.{ending.lower()}", f"{last}.jpg")
    likely = (whole, *files, value.strip().upper(), value.replace(" ", "").replace("(at)", "@"))
    return next((name for name in likely if re.search(pattern, name)), example)


def _simplify(text: str) -> str:
    """A text in small Latin letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_TO_LATIN))
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain))[:60].strip("-")
