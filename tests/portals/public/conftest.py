"""A visitor of the public pages: asks, answers, and reads what came back. No test here may touch the database."""

from typing import Any

import pytest
from django.test import Client
from lxml import html as lxml_html

from matricule.core.i18n import compile_catalogs

ASK = "/{}/student/questions/"


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    compile_catalogs()


class Page:
    """One answer of the service, read as a tree."""

    def __init__(self, response: Any) -> None:
        self.response, self.status = response, response.status_code
        self.text = response.content.decode()
        self.tree = lxml_html.fromstring(self.text)

    @property
    def title(self) -> str:
        return " ".join(self.tree.xpath("string(//h1[1])").split())

    @property
    def question(self) -> str:
        return self.tree.xpath("string(//form[@id='page-form']//input[@name='question']/@value)")

    @property
    def token(self) -> str:
        return self.tree.xpath("string(//form[@id='page-form']//input[@name='answers']/@value)")

    @property
    def ticked(self) -> list[str]:
        return self.tree.xpath("//input[@type='radio'][@checked]/@value")

    @property
    def told(self) -> dict[str, str]:
        rows = self.tree.xpath("//dl[contains(@class,'facts-rows')]/div")
        return {
            " ".join(row.xpath("string(dt)").split()): " ".join(row.xpath("string(dd/text()[1])").split())
            for row in rows
        }

    @property
    def so_far(self) -> list[str]:
        return list(self.told.values())

    def words(self, path: str) -> str:
        return " ".join(self.tree.xpath(f"string({path})").split())


class Visitor:
    """Walks the questionnaire by its forms, as a browser without script does."""

    def __init__(self, language: str = "en") -> None:
        self.client, self.language = Client(), language
        self.page = Page(self.client.get(ASK.format(language)))

    def post(self, *, address: str = "", **data: Any) -> Page:
        sent = {"answers": self.page.token, "question": self.page.question, **data}
        self.page = Page(self.client.post(address or ASK.format(self.language), sent))
        return self.page

    def answer(self, **values: Any) -> Page:
        """Send the answer to the question shown; a date is written day, month, year."""
        data: dict[str, Any] = {}
        for key, value in values.items():
            if isinstance(value, tuple):
                data |= {f"{key}_{part}": text for part, text in zip(("day", "month", "year"), value, strict=True)}
            else:
                data[key] = value
        return self.post(go="next", **data)

    def walk(self, answers: dict[str, Any]) -> Page:
        """Answer each question that is asked, from ``answers``; stop at the end or at a question without answer."""
        while self.page.question in answers:
            asked = self.page.question
            self.answer(**{asked: answers[asked]}, **answers.get(f"{asked}+", {}))
            assert self.page.question != asked, self.page.words("//*[contains(@class,'field-error')][1]")
        return self.page


@pytest.fixture
def visitor() -> Visitor:
    return Visitor()


@pytest.fixture
def french() -> Visitor:
    return Visitor("fr")
