"""What a reader of a report sees or hears, and which of it is English."""

import re
from html.parser import HTMLParser

OPEN = {"meta", "br", "path", "circle", "rect", "line", "use"}


class Told(HTMLParser):
    """What a reader sees or hears: texts and labels, but no code and nothing marked as English."""

    def __init__(self):
        super().__init__()
        self.open, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in OPEN:
            self.open.append((tag, tag != "html" and given.get("lang") == "en"))
        if not self.silent():
            self.texts += [given[name] for name in ("title", "aria-label") if given.get(name)]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in OPEN:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data):
        if data.strip() and not self.silent():
            self.texts.append(" ".join(data.split()))

    def silent(self):
        return any(english or tag in ("script", "style", "code", "pre") for tag, english in self.open)


def seen(html):
    """Return the texts that a reader sees or hears, each once."""
    told = Told()
    told.feed(html)
    return list(dict.fromkeys(told.texts))


def english_in(html):
    """Return the texts with three English words or more in a row."""
    return [text for text in seen(html) if re.search(r"(?:[A-Za-z]{2,}[ ,]+){2,}[A-Za-z]{2,}", text)]
