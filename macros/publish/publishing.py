"""Publishing from beginning to end, whatever the target."""

from collections.abc import Callable
from pathlib import Path

from macros.content.model import Language
from macros.publish.failures import PublishError, say
from macros.publish.live import find_live
from macros.publish.manifest import BROKEN, Changes, Manifest, compare, read_site
from macros.publish.preparing import Progress, prepare_edition
from macros.publish.shrinking import Loss, find_losses
from macros.publish.stopping import stops_put_off
from macros.publish.target import Target

Say = Callable[[str], None]


def publish(
    target: Target,
    site: Path,
    cache: Path,
    *,
    allow_shrink: bool,
    break_lock: bool,
    live: str | None,
    progress: Progress,
    tell: Say,
    lang: Language,
) -> None:
    """Put a built site live. Raises PublishError; then what was live still is.

    `live`: where the live site is to be looked at, besides what the target knows of it.
    """
    manifest = read_site(site)
    _refuse_losses(_look(live, tell, lang), manifest, allow_shrink, lang)
    _refuse_losses(target.read_live(), manifest, allow_shrink, lang)
    edition = prepare_edition(site, manifest, cache, target.takes_compressed, progress)
    with stops_put_off() as stops, target.hold(break_lock) as held, stops.obeyed():
        # Again, now that nobody else can put something live.
        _refuse_losses(held.live, manifest, allow_shrink, lang)
        changes = compare(held.live, manifest)
        name = held.publish(edition, progress)
    if name is None:
        tell(say(lang, "nothing-new", digest=manifest.digest))
    else:
        tell(_count(changes, lang))
        tell(say(lang, "published", name=name, digest=manifest.digest))


def preview(target: Target, site: Path, *, allow_shrink: bool, live: str | None, tell: Say, lang: Language) -> None:
    """Tell what publishing would change, file by file, and change nothing. `live`: as for `publish`."""
    manifest = read_site(site)
    before = _look(live, tell, lang) or target.read_live()
    changes = compare(before, manifest)
    for mark, paths in (("+", changes.added), ("~", changes.changed), ("-", changes.removed)):
        for path in paths:
            tell(f"{mark} {path}")
    tell(_count(changes, lang))
    _refuse_losses(before, manifest, allow_shrink, lang)
    tell(say(lang, "nothing-done"))


def roll_back(target: Target, *, break_lock: bool, progress: Progress, tell: Say, lang: Language) -> None:
    """Put the version live again that was so before."""
    with stops_put_off() as stops, target.hold(break_lock) as held, stops.obeyed():
        name = held.roll_back(progress)
    tell(say(lang, "rolled-back", name=name))


def _look(live: str | None, tell: Say, lang: Language) -> Manifest | None:
    """Return what is live, as a visitor sees it. Who cannot look is told, and goes on: a site that is down, or not
    there yet, must not keep its next version from going live."""
    if live is None:
        return None
    found = find_live(live)
    if isinstance(found, Manifest):
        return found
    tell(say(lang, "unseen", place=live, reason=found))
    return None


def _refuse_losses(live: Manifest | None, new: Manifest, allow_shrink: bool, lang: Language) -> None:
    """Raise PublishError when much of what is live would be lost, or that cannot be told."""
    if live is None or allow_shrink:
        return
    if live is BROKEN:
        raise PublishError("broken-manifest")
    losses = list(find_losses(live, new))
    if losses:
        raise PublishError("shrinks", losses="\n    ".join(_describe(loss, lang) for loss in losses))


def _describe(loss: Loss, lang: Language) -> str:
    kind = say(lang, loss.kind)
    return say(lang, "loss", kind=kind, before=loss.before, after=loss.after, percent=loss.percent)


def _count(changes: Changes, lang: Language) -> str:
    numbers = {name: len(getattr(changes, name)) for name in ("added", "changed", "removed")}
    return say(lang, "changes", **numbers)
