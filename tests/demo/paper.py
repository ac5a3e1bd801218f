"""A page that draws nothing and remembers what was written on it: what a document says, without the cost of ink."""

from matricule.demo.documents import canvas, cards, marks, sheets


class Paper(canvas.Canvas):
    """A canvas whose texts, zones, boxes and discs are kept in the order of writing."""

    def __init__(self, width, height, paper="#FFFFFF"):
        self.width, self.height, self.colour = width, height, paper
        self.texts, self.zones, self.marks, self.boxes, self.strokes = [], [], [], [], 0

    def text(self, at, text, size, fill="", face="text", anchor="ls", gap=0):
        self.texts.append((at, text, size, anchor))
        return 0

    def mrz(self, at, line, pitch, fill=""):
        self.zones.append((at, line, pitch))

    def rect(self, box, fill=None, edge=None, width=2, radius=0):
        self.boxes.append((tuple(box), fill))

    def stroke(self, *_, **__):
        self.strokes += 1

    def _nothing(self, *_, **__):
        return None

    disc = line = dots = shape = hairlines = veil = _nothing

    @property
    def said(self):
        return [text for _, text, _, _ in self.texts]


def lay(monkeypatch):
    """Put paper in the place of every canvas; marks are written down by name instead of drawn."""
    monkeypatch.setattr(cards, "Canvas", Paper)
    monkeypatch.setattr(sheets, "Canvas", Paper)
    for name in (
        "ground",
        "weave",
        "rosette",
        "arch",
        "portrait",
        "stamp",
        "signature",
        "bars",
        "specimen",
        "slanted",
    ):
        monkeypatch.setattr(
            marks, name, lambda page, *words, name=name, **named: page.marks.append((name, words, named))
        )
