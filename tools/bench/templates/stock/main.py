"""Macros as a user of mkdocs-macros writes them: lists from YAML files."""

from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"


def define_env(env):
    lang = env.conf["theme"]["language"]
    news = yaml.safe_load((DATA / "news.yaml").read_text("utf-8"))
    members = yaml.safe_load((DATA / "organisations.yaml").read_text("utf-8"))

    def root():
        return "../" * env.page.url.count("/")

    @env.macro
    def news_list(limit=None, tag=None, year=None):
        chosen = [item for item in news if (not tag or tag in item["tags"]) and (not year or item["year"] == year)]
        return "\n".join(
            f"- {item['date']} [{item['title'][lang]}]({root()}news/{item['id']}/) {item['lead'][lang]}"
            for item in chosen[:limit]
        )

    @env.macro
    def members_list():
        return "\n".join(
            f"- [{member['name'][lang]}]({root()}organisations/{member['id']}/): {member['summary'][lang]}"
            for member in members
        )
