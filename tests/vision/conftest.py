from pathlib import Path

import pytest

from matricule.vision.client import Parser


@pytest.fixture(scope="session")
def spare():
    """A parser that also knows the misbehaving tasks of the tests, for the whole session of this worker."""
    parser = Parser("tests.vision.childtasks", [str(Path(__file__).parents[2])])
    yield parser
    parser.close()


@pytest.fixture
def own():
    """A parser for one test that kills it."""
    parser = Parser("tests.vision.childtasks", [str(Path(__file__).parents[2])])
    yield parser
    parser.close()
