"""`{% load ui %}`: the components of the interface. The page /gallery shows each in every state.

Marks that stand a hundred times on a page are written here; parts with structure are templates
under templates/ui/. Everything that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sightline.planning.money import Money
from sightline.web import marks_html as html
from sightline.wording import dates, labels
from sightline.wording.money import Sign, money_title, short_money

register = template.Library()
register.simple_tag(html.icon, name="icon")
register.simple_tag(html.tag, name="tag")
register.simple_tag(html.avatar, name="avatar")
register.simple_tag(html.tier, name="tier")
register.simple_tag(html.strength, name="strength")
register.simple_tag(html.stance, name="stance")
register.simple_tag(html.progress, name="progress")
register.simple_tag(html.meter, name="meter")
register.simple_tag(html.landing, name="landing")
register.simple_tag(html.span_range, name="span")
register.simple_tag(html.cell, name="cell")
register.simple_tag(html.cell_legend, name="cell_legend")
register.simple_tag(html.mark, name="mark")
register.simple_tag(html.options, name="options")
register.simple_tag(html.saving_words, name="saving_words")


@register.simple_tag
def money(value: Money | None, period: str = "", sign: Sign = "negative", none: str = "") -> str:
    """A short amount with the full one, its currency and period in the title.

    `None` is said in words ("not known", or `none`), never shown as zero.
    """
    if value is None:
        return format_html('<span class="muted">{}</span>', none or _("not known"))
    return format_html(
        '<span class="num nowrap" title="{}">{}</span>',
        money_title(value, period=period),
        short_money(value, sign=sign),
    )


@register.simple_tag
def ago(value: datetime | date | None, none: str = "") -> str:
    """How long since or until, with the exact moment in the person's time zone as its title."""
    if value is None:
        return format_html('<span class="muted">{}</span>', none or _("never"))
    zone = timezone.get_current_timezone()
    if isinstance(value, datetime):
        words, exact = dates.time_ago(value, now=timezone.now()), dates.moment(value, zone=zone)
    else:
        words, exact = dates.relative_day(value, today=timezone.localdate()), dates.day(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)


@register.simple_tag
def on_day(value: date | None, none: str = "") -> str:
    """A date, with how far off it is as its title."""
    if value is None:
        return format_html('<span class="muted">{}</span>', none or _("no date"))
    relative = dates.relative_day(value, today=timezone.localdate())
    return format_html(
        '<time class="num nowrap" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        relative,
        dates.day(value),
    )


@register.simple_tag
def button(
    text: str,
    href: str = "",
    kind: str = "",
    icon: str = "",
    small: bool = False,
    label: str = "",
    **attributes: Any,
) -> str:
    """A button, or a link that looks like one. Without text it is an icon and needs a `label`.

    Further arguments become attributes: `hx_post="…"` is written `hx-post`.
    """
    if not text and not label:
        raise template.TemplateSyntaxError("a button without text needs a label")
    pairs: list[tuple[str, Any]] = [("class", "btn")]
    pairs += [("data-kind", kind)] if kind else []
    pairs += [("data-size", "small")] if small else []
    pairs += [("aria-label", label)] if label else []
    pairs += [("data-icon-only", "")] if not text else []
    pairs += [(name.replace("_", "-"), value) for name, value in attributes.items()]
    pairs += [("href", href)] if href else [("type", attributes.get("type", "button"))]
    unique = dict(pairs)
    drawn = format_html_join("", ' {}="{}"', unique.items())
    name = "a" if href else "button"
    picture = html.icon(icon, size="small") if icon else SafeString("")
    return format_html("<{}{}>{}{}</{}>", name, drawn, picture, text, name)


@register.simple_block_tag
def card(
    content: str, title: str, id: str = "", tags: str = "", end: str = "", flush: bool = False
) -> str:
    """A card with a heading: `{% card "Renewals" id="renewals" %}…{% endcard %}`.

    `tags` and `end` are safe markup for the heading's line (from other tags, with `as`); `flush`
    leaves out the padding, for a table.
    """
    name = id or "card-" + "".join(ch for ch in title.lower() if ch.isalnum())[:24]
    body = content if flush else format_html('<div class="body">{}</div>', content)
    return format_html(
        '<section class="card" id="{}" aria-labelledby="{}-h"><header><h2 id="{}-h">{}</h2>{}{}'
        "</header>{}</section>",
        name,
        name,
        name,
        title,
        tags,
        format_html('<div class="end">{}</div>', end) if end else "",
        body,
    )


@register.simple_block_tag
def figure(content: str, shown: str, label: str = "", align: str = "") -> str:
    """A figure that opens: `{% figure "62" label="Vulnerability" %}inputs{% endfigure %}`.

    The block lists inputs, source and marks (templates/ui/inputs.html draws them from a value).
    """
    return format_html(
        '<details class="figure"{} data-popup><summary{}>{}</summary>'
        '<div class="inputs">{}</div></details>',
        format_html(' data-align="{}"', align) if align else "",
        format_html(' aria-label="{}: {}"', label, shown) if label else "",
        shown,
        content,
    )


@register.simple_block_tag
def notice(content: str, tone: str = "warn", icon: str = "") -> str:
    """A notice in the page: warn, neg, pos or accent."""
    chosen = icon or {"warn": "warning", "neg": "close", "pos": "check"}.get(tone, "info")
    return format_html(
        '<div class="notice" data-tone="{}">{}<div class="grow">{}</div></div>',
        tone,
        html.icon(chosen),
        content,
    )


@register.inclusion_tag("ui/toast.html")
def toast(text: str, tone: str = "success", undo: str = "") -> dict[str, Any]:
    """A passing message; `tone` is a message level or pos, warn, neg; `undo` is posted to."""
    tones = {"success": "pos", "info": "pos", "debug": "pos", "warning": "warn", "error": "neg"}
    chosen = tones.get(tone.split()[-1] if tone else "", tone)
    icons = {"pos": "check", "warn": "warning", "neg": "close"}
    return {"text": text, "tone": chosen, "icon": icons.get(chosen, "check"), "undo": undo}


@register.inclusion_tag("ui/stats.html")
def stats(figures: Sequence[Any]) -> dict[str, Any]:
    """Headline figures: a list of values with `label`, `value`, `note` and optional `title`."""
    return {"figures": figures}


@register.inclusion_tag("ui/tabs.html")
def tabs(
    links: Sequence[Any],
    label: str,
    current: str = "",
    sticky: bool = False,
    lesser: bool = False,
) -> dict[str, Any]:
    """Tabs that are links: values with `label`, `url` and optional `count`; `current` is a url.

    A value may say by `here` that it holds the page shown. `lesser` is a second row: the pages of
    a section.
    """
    return {
        "links": links,
        "label": label,
        "current": current,
        "sticky": sticky,
        "lesser": lesser,
    }


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField, hint: str = "", autosave: str = "", version: str = ""
) -> dict[str, Any]:
    """A form's field with label, hint and errors; `autosave` is the address it saves itself to."""
    widget = bound.field.widget
    kind = "choices" if isinstance(widget, RadioSelect) else "input"
    if isinstance(widget, CheckboxInput):
        kind = "check"
    return {
        "bound": bound,
        "kind": kind,
        "hint": hint or bound.help_text,
        "autosave": autosave,
        "version": version,
        "drawn": _drawn(bound, kind, described=bool(hint or bound.help_text)),
    }


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: Any) -> dict[str, Any]:
    """What is wrong with a form, in one place, each line leading to its field."""
    return {"form": form}


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: Any, label: str, key: str, number: bool = False) -> dict[str, Any]:
    """A column heading that sorts by `key` through `?sort=key` or `?sort=-key`.

    Other query arguments stay; the page number starts again.
    """
    request = context["request"]
    chosen = request.GET.get("sort", context.get("sort", ""))
    state = {key: "ascending", f"-{key}": "descending"}.get(chosen, "")
    query = request.GET.copy()
    for place in ("page", "after", "before"):
        query.pop(place, None)
    query["sort"] = key if state == "descending" else f"-{key}" if state else key
    return {"label": label, "state": state, "number": number, "query": query.urlencode()}


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Any, page: Page[Any]) -> dict[str, Any]:
    """Previous and next of a Django page, keeping the other query arguments."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}


@register.inclusion_tag("ui/empty.html")
def empty(
    title: str, text: str, icon: str = "info", action: str = "", url: str = "", also: str = ""
) -> dict[str, Any]:
    """An empty state that does the first step: `action` leads to `url`; `also` is safe markup."""
    return {
        "title": title,
        "text": text,
        "icon": icon,
        "action": action,
        "url": url,
        "also": also,
    }


@register.inclusion_tag("ui/conflict.html")
def conflict(found: Any) -> dict[str, Any]:
    """Two values for one field (a `web.conflict.Conflict`): keep one of them, or write a third."""
    return {"found": found}


@register.inclusion_tag("ui/inputs.html")
def inputs(of: Any) -> dict[str, Any]:
    """What a figure was made from (a `web.figures.Figure`): inputs, source, marks."""
    return {"of": of}


@register.inclusion_tag("ui/chart.html")
def chart(drawing: Any, caption: str = "", open_table: bool = False) -> dict[str, Any]:
    """A `drawing.Drawing` with its table folded under it."""
    return {"drawing": drawing, "caption": caption, "open_table": open_table}


@register.filter
def label_of(code: str, kind: str) -> str:
    """The name of a code: `{{ state|label_of:"cell" }}`; kinds: cell, stance, role, mark, tier."""
    tables: dict[str, dict[str, Any]] = {
        "cell": labels.CELL_STATES,
        "stance": labels.STANCES,
        "role": labels.BUYING_ROLES,
        "mark": labels.MARKS,
        "tier": labels.TIER_STATES,
    }
    found = tables[kind][code]
    return _(found if isinstance(found, str) else found.text)


def _drawn(bound: BoundField, kind: str, *, described: bool) -> str:
    name = bound.auto_id or bound.html_name
    about = [f"{name}-hint"] if described else []
    about += [f"{name}-error"] if bound.errors else []
    attributes: dict[str, Any] = {"aria-describedby": " ".join(about)} if about else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if kind == "input":
        attributes["class"] = "input"
    return bound.as_widget(attrs=attributes)
