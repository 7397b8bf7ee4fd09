"""The strings that templates and code show are found, with their placeholders and plural forms."""

from pathlib import Path

from macros.content.strings import String, find_strings


def test_strings_are_found_in_templates_and_code_with_what_they_need(tmp_path: Path) -> None:
    for file, text in {
        "overrides/components/a.html": """{{ t("plain") }} {% if x %}{{ t('checked', date=day) }}{% endif %}""",
        "overrides/base.html": """<p class="x" id="y">{{ t("checked", place=view.url(a, b=(1, 2)), day=f(x)) }}</p>""",
        "macros/render/a.py": 'view.count(\n    "found_count", len(site.uses(of=((), ()))), total=1\n)',
        "macros/site/b.py": 'view.plural_forms("shown", n="{n}") + str(f"{self.t(\'told\')}") + text.count("|")',
        "macros/content/c.py": 'format("no_string"), fit("neither"), t(name), view.t(f"made_{name}")',
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)

    assert find_strings(tmp_path) == {
        "plain": String(frozenset(), is_plural=False),
        "checked": String(frozenset({"date", "place", "day"}), is_plural=False),
        "told": String(frozenset(), is_plural=False),
        "found_count": String(frozenset({"n", "total"}), is_plural=True),
        "shown": String(frozenset({"n"}), is_plural=True),
    }
