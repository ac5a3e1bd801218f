"""A person who has a keyboard and no mouse."""

FOCUS = """() => { const e = document.activeElement, marks = n => { const s = getComputedStyle(n);
  return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none'; };
  return {id: e.id, name: e.name || '', value: e.value || '', type: e.type || '', tag: e.tagName,
    href: e.getAttribute('href') || '', main: !!e.closest('main'), big: e.classList.contains('btn-l'),
    form: e.form ? e.form.getAttribute('action') || '' : '',
    shown: [e, e.parentElement, e.closest('label'), e.nextElementSibling].some(n => n && marks(n))}; }"""


class Keyboard:
    """A person with a keyboard: tabs until the wanted thing has the focus, and counts the keys."""

    def __init__(self, who) -> None:
        self.who, self.keys, self.pressed = who, who.page.keyboard, 0
        self.choosers = []  # asked for from the start: asked for at the key, the answer may come before the question
        who.page.on("filechooser", lambda chooser: self.choosers.append(chooser))

    def press(self, key):
        self.keys.press(key)
        self.pressed += 1

    def to(self, wanted, what):
        """Press Tab until ``wanted(focus)``; each stop on the way must show its focus."""
        for _ in range(120):
            focus = self.who.page.evaluate(FOCUS)
            if focus["tag"] != "BODY" and wanted(focus):
                return focus
            self.press("Tab")
            focus = self.who.page.evaluate(FOCUS)
            assert focus["tag"] == "BODY" or focus["shown"], (self.who.path, focus)
        raise AssertionError(f"the keyboard does not reach {what} on {self.who.path}")

    def follow(self, wanted, what):
        """Go to a link or a button and press Enter on it."""
        self.to(wanted, what)
        with self.who.page.expect_navigation():
            self.press("Enter")

    def type_in(self, name, text):
        """Fill one field, whatever kind it is."""
        focus = self.to(lambda found: found["name"] == name, name)
        if focus["type"] == "radio":
            self.choose(name, text)
        elif focus["tag"] == "SELECT":
            label = self.who.page.evaluate(
                "value => [...document.activeElement.options].find(o => o.value === value).textContent.trim()", text
            )
            self.keys.type(label)
            self.by_arrows(name, text)  # on a slow machine the letters come as words of their own
        else:
            self.press("Control+A")
            self.keys.type(text)
        assert self.held(name) == text or focus["tag"] == "INPUT", name

    def by_arrows(self, name, value):
        """Choose an option of a list that typing its words did not reach."""
        if self.held(name) == value:
            return
        self.press("Home")
        for _ in range(400):
            if self.held(name) == value:
                return
            self.press("ArrowDown")

    def choose(self, name, value):
        """Choose one of several with the arrows."""
        self.press("Space")
        for _ in range(30):
            if self.held(name) == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{value} cannot be chosen")

    def choose_file(self, part, file):
        """Open the browser's own window at the input ``part`` and choose ``file``."""
        self.to(lambda focus: focus["id"] == part, part)
        self.press("Space")
        self.who.until(lambda: self.choosers, f"no window to choose a file; focus: {self.who.page.evaluate(FOCUS)}")
        self.choosers.pop().set_files([file])

    def held(self, name):
        return self.who.page.evaluate(
            "name => (document.querySelector(`#page-form [name=${name}]:checked`)"
            " || document.querySelector(`#page-form [name=${name}]:not([type=radio])`) || {}).value",
            name,
        )

    def go_on(self):
        self.follow(lambda focus: focus["main"] and focus["big"], "the main button")
