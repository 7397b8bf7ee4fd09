"""Structured data in schema.org's terms (JSON-LD 1.1). It claims no more than the page: no planned members."""

import json
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from macros.content.model import PARTICIPANT_ROLES, NewsItem, Organisation, Source
from macros.outputs.feeds import changed_on
from macros.render.components import render_template
from macros.render.page import PageInfo
from macros.render.view import View

Node = dict[str, object]


def describe_home(view: View) -> list[Node]:
    """The site; the cluster is an organisation only once a source confirms that it exists."""
    cluster = view.site.cluster
    name = view.text(cluster.name)
    site: Node = {"@type": "WebSite", "name": name, "url": view.url(""), "inLanguage": view.lang}
    site["description"] = view.text(cluster.tagline)
    site |= _describe_publisher(view)
    if cluster.status.status != "confirmed":
        return [site]
    members = [_reference(view, item) for item in view.site.participants() if item.status == "confirmed"]
    body: Node = {"@type": "Organization", "name": name, "url": view.url(""), "description": view.text(cluster.tagline)}
    body["areaServed"] = [
        {"@type": "AdministrativeArea", "name": view.term("region", item)} for item in cluster.regions
    ]
    return [site, body | ({"member": members} if members else {})]


def describe_organisation(view: View, organisation: Organisation) -> list[Node]:
    """An organisation as far as it is known; a member of the cluster only when both are confirmed."""
    node = _reference(view, organisation)
    node["description"] = view.text(organisation.summary)
    if organisation.website:
        node["sameAs"] = organisation.website
    if organisation.region:
        node["location"] = {"@type": "Place", "name": view.term("region", organisation.region)}
    cluster = view.site.cluster
    is_member = organisation.role in PARTICIPANT_ROLES and organisation.status == "confirmed"
    if is_member and cluster.status.status == "confirmed":
        node["memberOf"] = {"@type": "Organization", "name": view.text(cluster.name), "url": view.url("")}
    return [node]


def describe_news(view: View, item: NewsItem, image: str = "") -> list[Node]:
    """A news item with the sources that it retells."""
    url = view.news_url(item.id)
    node: Node = {
        "@type": "NewsArticle",
        "headline": view.text(item.title),
        "description": view.text(item.lead),
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": view.lang,
        "datePublished": item.date.isoformat(),
        "dateModified": changed_on(item).isoformat(),
        "isBasedOn": [
            {"@type": "CreativeWork", "name": view.text(source.title), "url": source.url}
            for source in (view.site.find(Source, name) for name in item.sources)
        ],
    }
    node |= _describe_publisher(view)
    if item.organisations:
        node["mentions"] = [_reference(view, view.site.find(Organisation, name)) for name in item.organisations]
    return [node | ({"image": image} if image else {})]


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> list[Node]:
    """The way from home to a page: names and absolute addresses, the page last."""
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": address}
        for position, (name, address) in enumerate(steps, start=1)
    ]
    return [{"@type": "BreadcrumbList", "itemListElement": items}]


def _describe_publisher(view: View) -> Node:
    """Who publishes the site, as far as it is said."""
    publisher = view.site.cluster.publisher
    known = {"name": view.text(publisher.name), "email": publisher.email, "url": publisher.url}
    told = {name: value for name, value in known.items() if value}
    return {"publisher": {"@type": "Organization", **told}} if told else {}


def _reference(view: View, organisation: Organisation) -> Node:
    return {
        "@type": "Organization",
        "name": view.text(organisation.name),
        "url": view.organisation_url(organisation.id),
    }


def render_linked_data(view: View, page: PageInfo) -> Markup:
    """Return what a page says as a script element of data; nothing in the JSON can end it."""
    nodes = _describe_page(replace(view, base=view.site.url), page)
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return render_template("linked_data", view, data_html=safe.replace("\N{NO-BREAK SPACE}", " "))


def _describe_page(view: View, page: PageInfo) -> list[Node]:
    """The nodes of a page; `view` makes absolute addresses."""
    site, folder, name = view.site, *view.path.rstrip("/").rpartition("/")[::2]
    if not view.path:
        return describe_home(view)
    steps = [(view.text(site.cluster.short_name), view.url(""))]
    if (f"page:{view.lang}", f"{folder}/index.md") in site.by_id:
        steps.append((site.page_meta(view.lang, f"{folder}/index.md").title, view.url(f"{folder}/")))
    nodes = breadcrumbs([*steps, (page.title, view.url(view.path))])
    if folder == "organisations":
        return describe_organisation(view, site.find(Organisation, name)) + nodes
    if folder == "news" and (NewsItem, name) in site.by_id:
        return describe_news(view, site.find(NewsItem, name), site.url + page.card if page.card else "") + nodes
    return nodes
