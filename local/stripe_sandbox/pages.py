"""HTML of the hosted pages: small, plain, no script."""

from html import escape

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}"
    "fieldset{border:1px solid #ccc;border-radius:6px;margin:1rem 0}label{display:block}"
    "button{font:inherit;padding:.5rem 1rem}"
)


def page(title: str, content: str) -> str:
    """A whole document; `content` is HTML."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{content}"
        "<p><small>Stripe sandbox: no real data, no real money.</small></p></body></html>"
    )


def form(action: str, fields: str, submit: str) -> str:
    """A form that posts; `fields` is HTML."""
    return (
        f'<form method="post" action="{escape(action)}">{fields}'
        f"<button>{escape(submit)}</button></form>"
    )


def choices(name: str, legend: str, options: dict[str, str]) -> str:
    """Radio buttons, the first one chosen."""
    buttons = "".join(
        f'<label><input type="radio" name="{escape(name)}" value="{escape(value)}"'
        f"{' checked' if position == 0 else ''}> {escape(text)}</label>"
        for position, (value, text) in enumerate(options.items())
    )
    return f"<fieldset><legend>{escape(legend)}</legend>{buttons}</fieldset>"
