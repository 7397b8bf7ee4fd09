"""The tables of the open data with their columns, and the list of their files."""

from collections.abc import Mapping

from markupsafe import Markup

from macros.render.components import render_template
from macros.render.view import View

FOLDER = "data/v1/"
TABLES: Mapping[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "organisations": """
            id name_ru name_en role status region stage group_ru group_en website summary_ru summary_en as_of sources
        """,
        "facts": "id subject text_ru text_en status as_of stated_by_ru stated_by_en sources",
        "links": """
            id material_ru material_en from_kind from_id from_ru from_en to_kind to_id to_ru to_en status as_of sources
            based_on
        """,
        "news": "id date updated title_ru title_en lead_ru lead_en tags organisations sources",
        "sources": "id publisher_ru publisher_en title_ru title_en url date checked grade",
    }.items()
}
"""The columns of each table, version 1. Whoever reads them counts on these: a new one goes to the end of its table."""


def render_open_data(view: View) -> Markup:
    """The files of the open data: a table a row, as CSV and as JSON."""
    names = {
        "organisations": view.t("data_organisations"),
        "facts": view.t("data_facts"),
        "links": view.t("data_links"),
        "news": view.t("data_news"),
        "sources": view.t("data_sources"),
    }
    rows = [
        {
            "name": names[table],
            "files": [(form.upper(), view.asset(f"{FOLDER}{table}.{form}")) for form in ("csv", "json")],
        }
        for table in TABLES
    ]
    return render_template("open_data", view, rows=rows)
