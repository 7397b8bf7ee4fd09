"""The short address of an organisation or a news item, for paper: `s/k3f9a/` in the folder of each language."""

import hashlib

FOLDER = "s/"
LENGTH = 5
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""No 0 and o, no 1, i and l, and no u, which is read as v."""


def short_path(kind: str, record_id: str) -> str:
    """Return the short address that belongs to an id of an `organisation` or of `news`, now or formerly.

    It depends on nothing else: no new record and no other order of the files changes what has been printed.
    """
    number = int.from_bytes(hashlib.sha256(f"{kind}/{record_id}".encode()).digest(), "big")
    code = ""
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        code += ALPHABET[letter]
    return f"{FOLDER}{code}/"
