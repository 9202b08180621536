"""What a browser is called in the list of one's sessions, read from its `User-Agent`. Pure.

A name to know it again, no more: what is not known is just a browser, and nothing that was sent is kept.
"""

UNKNOWN = "Browser"

# What stands first also says that it is something below it.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Such as `Chrome, Android`."""
    found = (next((name for sign, name in signs if sign in user_agent), None) for signs in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name) or UNKNOWN
