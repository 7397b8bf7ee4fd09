"""The strings of the interface that templates and code show: which have plural forms, which placeholders they take.

`data/strings.yaml` gives them words; tests compare this table with what templates and code use.
"""

from collections.abc import Mapping
from typing import NamedTuple


class String(NamedTuple):
    """What a string of the interface must have."""

    placeholders: frozenset[str] = frozenset()
    is_plural: bool = False


_PLAIN = """
    archive archived archived_note by_tag by_year chain_diagram chain_file chain_markets chain_table close
    cluster_confirmed cluster_disputed cluster_past cluster_planned cluster_status cluster_unknown company_group 
     data_facts data_files data_links data_news data_organisations data_sources data_table filters
    filters_none filters_reset filters_words footer_licence footer_sources from how_to_check in_the_news language_en
    language_ru legend links_table material mentioned menu menu_main menu_more newer newer_news news
    no_confirmed_participants no_date no_facts no_links no_milestones no_news no_organisations no_topics no_unknowns
    not_confirmed not_found not_found_home not_found_search not_found_text not_found_title not_stated older older_news
    organisations other_news pages participants pending_link photo place_in_chain print recipient_unnamed
    redirect_text redirect_title region role search search_failed search_kind_news search_kind_organisation
    search_kind_page search_kinds_all search_kinds_news search_kinds_organisation search_kinds_page search_label
    search_more search_narrow search_none search_noscript settings settings_images settings_images_off
    settings_images_usual settings_keys settings_keys_off settings_keys_usual settings_note settings_reset
    settings_scheme settings_scheme_black_on_white settings_scheme_dark settings_scheme_light settings_scheme_usual
    settings_scheme_white_on_black settings_size settings_size_150 settings_size_200 settings_size_usual
    settings_spacing settings_spacing_usual settings_spacing_wide   skip source sources
    sources_disagree stage stated_by status supplier_unnamed tags team_note to website website_unknown what_is_known
    what_is_not_known
"""
_WITH_PLACEHOLDERS = {
    "and_more": ("n",),
    "as_of": ("date",),
    "checked": ("date",),
    "grade": ("grade",),
    "news_of_tag": ("tag",),
    "news_of_tag_description": ("tag",),
    "news_of_year": ("year",),
    "news_of_year_description": ("year",),
    "page_of_list": ("n", "title"),
    "pending": ("date",),
    "searched": ("date",),
    "updated": ("date",),
}
_PLURAL = (
    "news_count",
    "news_more",
    "organisations_count",
    "participants_count",
    "search_found",
    "sources_count",
    "uses_count",
)

STRINGS: Mapping[str, String] = {
    **{name: String() for name in _PLAIN.split()},
    **{name: String(frozenset(placeholders)) for name, placeholders in _WITH_PLACEHOLDERS.items()},
    **{name: String(frozenset({"n"}), is_plural=True) for name in _PLURAL},
    "organisations_shown": String(frozenset({"n", "total"}), is_plural=True),
}
