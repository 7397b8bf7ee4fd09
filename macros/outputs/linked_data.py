"""Structured data in schema.org's terms (JSON-LD 1.1). It claims no more than the page: no planned members."""

import json

from markupsafe import Markup
from msgspec.structs import replace

from macros.content.model import PARTICIPANT_ROLES, NewsItem, Organisation
from macros.outputs.feeds import changed_on
from macros.render.components import render_template
from macros.render.page import PageInfo
from macros.render.view import View

Node = dict[str, object]


def _node(kind: str, **fields: object) -> Node:
    """A thing of a kind, with those of its fields that are known."""
    return {"@type": kind, **{name: value for name, value in fields.items() if value}}


def describe_home(view: View) -> list[Node]:
    """The site; the cluster is an organisation only once a source confirms that it exists."""
    cluster = view.site.cluster
    name, url, tagline = view.text(cluster.name), view.url(""), view.text(cluster.tagline)
    publisher = _describe_publisher(view)
    site = _node("WebSite", name=name, url=url, inLanguage=view.lang, description=tagline, publisher=publisher)
    if cluster.status.status != "confirmed":
        return [site]
    areas = [_node("AdministrativeArea", name=view.term("region", item)) for item in cluster.regions]
    members = [_reference(view, item) for item in view.site.participants() if item.status == "confirmed"]
    body = _node("Organization", name=name, url=url, description=tagline, areaServed=areas, member=members)
    return [site, body]


def describe_organisation(view: View, organisation: Organisation) -> list[Node]:
    """An organisation as far as it is known; a member of the cluster only when both are confirmed."""
    cluster, region = view.site.cluster, organisation.region
    is_confirmed = organisation.status == cluster.status.status == "confirmed"
    is_member = is_confirmed and organisation.role in PARTICIPANT_ROLES
    more = _node(
        "Organization",
        description=view.text(organisation.summary),
        sameAs=organisation.website,
        location=region and _node("Place", name=view.term("region", region)),
        memberOf=is_member and _node("Organization", name=view.text(cluster.name), url=view.url("")),
    )
    return [_reference(view, organisation) | more]


def describe_news(view: View, item: NewsItem, image: str = "") -> Node:
    """A news item with the sources that it retells."""
    url = view.news_url(item.id)
    return _node(
        "NewsArticle",
        headline=view.text(item.title),
        description=view.text(item.lead),
        url=url,
        mainEntityOfPage=url,
        inLanguage=view.lang,
        datePublished=item.date.isoformat(),
        dateModified=changed_on(item).isoformat(),
        isBasedOn=[
            _node("CreativeWork", name=view.text(source.title), url=source.url)
            for source in view.find_sources(item.sources)
        ],
        publisher=_describe_publisher(view),
        mentions=[_reference(view, view.site.find(Organisation, name)) for name in item.organisations],
        image=image,
    )


def _describe_publisher(view: View) -> Node | None:
    """Who publishes the site, as far as it is said."""
    publisher = view.site.cluster.publisher
    node = _node("Organization", name=view.text(publisher.name), email=publisher.email, url=publisher.url)
    return node if len(node) > 1 else None


def _reference(view: View, organisation: Organisation) -> Node:
    return _node("Organization", name=view.text(organisation.name), url=view.organisation_url(organisation.id))


def render_linked_data(view: View, page: PageInfo) -> Markup:
    """Return what a page says as a script element of data; nothing in the JSON can end it."""
    nodes = _describe_page(replace(view, base=view.site.url), page)
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return render_template("linked_data", view, data_html=safe.replace("\N{NO-BREAK SPACE}", " "))


def _describe_page(view: View, page: PageInfo) -> list[Node]:
    """The nodes of a page, last the way to it from home; `view` makes absolute addresses."""
    site, folder, name = view.site, *view.path.rstrip("/").rpartition("/")[::2]
    if not view.path:
        return describe_home(view)
    steps = [(view.text(site.cluster.short_name), view.url(""))]
    if (f"page:{view.lang}", f"{folder}/index.md") in site.by_id:
        steps.append((site.page_meta(view.lang, f"{folder}/index.md").title, view.url(f"{folder}/")))
    steps.append((page.title, view.url(view.path)))
    items = [_node("ListItem", position=at, name=title, item=url) for at, (title, url) in enumerate(steps, start=1)]
    nodes = [_node("BreadcrumbList", itemListElement=items)]
    if folder == "organisations":
        nodes = [*describe_organisation(view, site.find(Organisation, name)), *nodes]
    if folder == "news" and (NewsItem, name) in site.by_id:
        nodes = [describe_news(view, site.find(NewsItem, name), site.url + page.card if page.card else ""), *nodes]
    return nodes
