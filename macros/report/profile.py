"""How complete the profile of each organisation is, judged by what fits its role."""

from collections.abc import Iterable
from dataclasses import dataclass

from macros.content.model import PARTICIPANT_ROLES, Organisation, SupplyLink

_FOR_ALL = ("region", "website", "facts")
_FOR_PARTICIPANTS = ("region", "stage", "group", "website", "facts", "links")


@dataclass(frozen=True)
class Profile:
    """An organisation with the fields of its profile that are filled, and those that are not."""

    organisation: Organisation
    filled: tuple[str, ...]
    missing: tuple[str, ...]


def find_profiles(organisations: Iterable[Organisation], links: Iterable[SupplyLink]) -> list[Profile]:
    """Return the profile of each organisation, the least complete first. The team is judged by its facts alone."""
    linked = {end.organisation for link in links for end in (link.source_end, link.target_end)}
    profiles = []
    for organisation in organisations:
        wanted: tuple[str, ...] = _FOR_PARTICIPANTS if organisation.role in PARTICIPANT_ROLES else _FOR_ALL
        if organisation.role == "team":
            wanted = ("facts",)
        filled = tuple(
            name
            for name in wanted
            if (organisation.id in linked if name == "links" else getattr(organisation, name) not in (None, ()))
        )
        missing = tuple(name for name in wanted if name not in filled)
        profiles.append(Profile(organisation, filled, missing))
    return sorted(profiles, key=lambda profile: len(profile.filled) / (len(profile.filled) + len(profile.missing)))
