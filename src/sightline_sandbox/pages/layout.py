"""The frame of every page, and the headers that keep it strict."""

from html import escape

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
html, body { background: Canvas; color: CanvasText; }
a { color: #0b4f9e; }
@media (prefers-color-scheme: dark) { a { color: #9cc4ff; } }
nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #8886; }
label { display: block; font-weight: 600; margin-top: .75rem; }
input, select, textarea { font: inherit; width: 100%; max-width: 36rem; padding: .35rem; }
button { font: inherit; padding: .4rem 1rem; margin-top: 1rem; }
.error { border-left: .3rem solid #b00020; padding: .5rem .75rem; }
.done { border-left: .3rem solid #1b7a3d; padding: .5rem .75rem; }
:focus-visible { outline: 3px solid #1a6fd4; outline-offset: 2px; }
"""


def document(title: str, body: str, *, navigation: str = "") -> str:
    """A whole page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - Sandbox org</title>"
        '<link rel="stylesheet" href="/sandbox/style.css"></head>'
        f"<body>{navigation}<main>{body}</main></body></html>"
    )


def style() -> str:
    """The style sheet."""
    return _STYLE


def headers(*, form_targets: str = "") -> dict[str, str]:
    """Headers of a page: nothing from elsewhere, no script, no framing, no caching."""
    targets = f" {form_targets}" if form_targets else ""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self'; form-action 'self'{targets}; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
