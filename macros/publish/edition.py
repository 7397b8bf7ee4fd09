"""An edition: everything of one version of the site that is going to be published, with its checksums."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from macros.outputs.headers import is_lasting
from macros.publish.manifest import Manifest

FORMS = (".br", ".gz")
"""What the name of a compressed form adds to that of its file."""


@dataclass(frozen=True)
class Part:
    """One file to publish: where it lies on this machine, and its SHA-256."""

    source: Path
    digest: str


@dataclass(frozen=True)
class Edition:
    """`parts`: address -> file; the manifest and, where they are wanted, compressed forms are among them."""

    manifest: Manifest
    parts: Mapping[str, Part]

    @property
    def sums(self) -> str:
        """Checksums of all parts as sha256sum reads them."""
        return "".join(f"{part.digest}  {path}\n" for path, part in sorted(self.parts.items()))

    @property
    def assets(self) -> str:
        """Addresses of the parts that pages of other versions may still ask for, a line each."""
        return "".join(f"{path}\n" for path in sorted(self.parts) if is_lasting(self._plain(path)))

    def _plain(self, path: str) -> str:
        """The address of the file of which `path` may be a compressed form."""
        plain = [path.removesuffix(form) for form in FORMS if path.endswith(form)]
        return plain[0] if plain and plain[0] in self.parts else path


def parse_sums(text: str) -> dict[str, str]:
    """Return address -> SHA-256, as `Edition.sums` wrote them."""
    return {line[66:]: line[:64] for line in text.splitlines()}
