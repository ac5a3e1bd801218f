"""Numbers made at random, right by construction."""

from hypothesis import strategies as st

from matricule.rules.numbers.nir import key_of

MONTHS = [*range(1, 13), 20, *range(30, 43), *range(50, 100)]
MAINLAND = [f"{n:02d}" for n in range(1, 96) if n != 20]
ABROAD = ["99" + cog for cog in ("352", "216", "223", "404", "109", "351", "350", "115", "416", "247")]

sexes = st.sampled_from("12")
three = st.integers(1, 999).map(lambda n: f"{n:03d}")


@st.composite
def places(draw):
    """Five characters of a place of birth."""
    kind = draw(st.sampled_from(["mainland", "corsica", "abroad", "overseas"]))
    if kind == "abroad":
        return draw(st.sampled_from(ABROAD))
    if kind == "corsica":
        return draw(st.sampled_from(["2A", "2B"])) + draw(three)
    if kind == "overseas":
        return draw(st.sampled_from(["971", "972", "973", "974", "976", "987", "988"])) + draw(
            st.integers(1, 99).map(lambda n: f"{n:02d}")
        )
    return draw(st.sampled_from(MAINLAND)) + draw(three)


@st.composite
def bodies(draw, months=MONTHS):
    """The 13 characters of a NIR of somebody born from 1977 to 1999: no department is ambiguous."""
    return (
        draw(sexes)
        + draw(st.integers(77, 99).map(str))
        + draw(st.sampled_from(months).map(lambda m: f"{m:02d}"))
        + draw(places())
        + draw(three)
    )


@st.composite
def nirs(draw, months=MONTHS):
    """A NIR with its key."""
    body = draw(bodies(months))
    return body + key_of(body)


def luhn_sirens():
    """Nine digits with a good Luhn key."""
    return st.integers(10_000_000, 99_999_999).map(_with_luhn)


def _with_luhn(eight):
    digits = [int(d) for d in str(eight)]
    total = sum(d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(digits))
    return f"{eight}{-total % 10}"


@st.composite
def ntts(draw):
    """An NTT, never of 13 or 15 characters (those may be numbers of another kind)."""
    own = draw(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=30))
    number = draw(sexes) + draw(luhn_sirens()) + own
    return number + "X" if len(number) in (13, 15) else number


SEPARATORS = [" ", ".", "-", "\u00a0", "\u202f", "\t", "\n", "–", "\u200b"]


@st.composite
def pasted(draw, numbers):
    """A number and the same one with separators anywhere, in lower case: what people paste."""
    number = draw(numbers)
    parts = [draw(st.sampled_from(["", "", *SEPARATORS])) + char for char in number]
    return number, "".join(parts).lower() + draw(st.sampled_from(["", *SEPARATORS]))
