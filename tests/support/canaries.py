"""Made-up numbers that nobody has, and the search for them in bytes, whatever they were wrapped in.

Numbers are looked for without regard to case, blanks, hyphens and dots; as UTF-8 and UTF-16, as hexadecimal, inside
base64, and inside anything that zlib opens. A code of six digits is looked for as it is written, with and without the
blank in its middle, standing by itself: shorter than that, chance would find it everywhere.
"""

import base64
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

BLANKS = b" \t\r\n\0-.\xa0\xc2+"
_UPPER = bytes(range(256)).upper()
_RUN = re.compile(rb"\d{13,}")
_PASSPORT = re.compile(rb"(?=(QX\d{7}))")
_HEX = re.compile(rb"(?:[2-5][0-9A-F]){9,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_CODE = re.compile(rb"(?<![0-9A-Za-z.])(\d{3}) ?(\d{3})(?![0-9A-Za-z])")
_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_LARGEST = 4 * 1024 * 1024
NIR, NIR_WITHOUT_KEY, IBAN = 15, 13, 20


@dataclass
class Canaries:
    """The numbers of one run by kind, as a person would write them."""

    nir: list[str] = field(default_factory=list)
    iban: list[str] = field(default_factory=list)
    passport: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.nir) + len(self.iban) + len(self.passport) + len(self.code)

    def found_in(self, data: bytes) -> set[str]:
        """Return which of them stand in ``data``, under whatever wrapping."""
        found = self._plain(data)
        for inner in _unpacked(data):
            found |= self._plain(inner)
        return found

    def _plain(self, data: bytes) -> set[str]:
        found = self._numbers(data) | self._codes(data)
        if b"\0" in data:
            found |= self._codes(data.replace(b"\0", b""))
        for run in _BASE64.findall(data):
            for start in range(4):
                found |= self._numbers(_opened(run[start:]))
        return found

    def _numbers(self, data: bytes) -> set[str]:
        text = data.translate(_UPPER, BLANKS)
        found = self._known(text)
        for run in _HEX.findall(text):
            for start in range(2):
                piece = run[start : start + (len(run) - start) // 2 * 2]
                found |= self._known(bytes.fromhex(piece.decode()).translate(_UPPER, BLANKS))
        return found

    def _known(self, text: bytes) -> set[str]:
        keys = self._keys()
        found = {keys[match] for match in _PASSPORT.findall(text) if match in keys}
        for run in _RUN.findall(text):
            for size in (NIR_WITHOUT_KEY, NIR, IBAN):
                windows = (run[start : start + size] for start in range(len(run) - size + 1))
                found |= {keys[window] for window in windows if window in keys}
        return found

    def _codes(self, data: bytes) -> set[str]:
        if not self.code:
            return set()
        known = {code.encode() for code in self.code}
        return {b"".join(pair).decode() for pair in _CODE.findall(data) if b"".join(pair) in known}

    def _keys(self) -> dict[bytes, str]:
        if not hasattr(self, "_cached"):
            self._cached = {
                **{nir.replace(" ", "")[:13].encode(): nir for nir in self.nir},
                **{iban.replace(" ", "")[2:].encode(): iban for iban in self.iban},
                **{passport.encode(): passport for passport in self.passport},
            }
        return self._cached


def _opened(run: bytes) -> bytes:
    whole = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + b"=" * (-len(whole) % 4), altchars=b"-_" if set(run) & set(b"-_") else None)


def _unpacked(data: bytes) -> Iterator[bytes]:
    for match in _PACKED.finditer(data):
        opener = zlib.decompressobj(wbits=47)
        try:
            inner = opener.decompress(data[match.start() :], _LARGEST)
        except zlib.error:
            continue
        if len(inner) > 8:
            yield inner


def made(people: int, seed: str) -> Canaries:
    """Return two NIR, two IBAN and two passport numbers for each of ``people``; codes come as they are typed."""
    drawn = random.Random(seed)
    canaries = Canaries()
    for _ in range(2 * people):
        body = f"{drawn.choice('12')}{drawn.randrange(100):02}{drawn.randint(1, 12):02}99{drawn.randrange(10**6):06}"
        nir = f"{body}{97 - int(body) % 97:02}"
        canaries.nir.append(f"{nir[0]} {nir[1:3]} {nir[3:5]} {nir[5:7]} {nir[7:10]} {nir[10:13]} {nir[13:]}")
        account = f"{drawn.randrange(10**18):018}"
        iban = f"DE{98 - int(account + '131400') % 97:02}{account}"
        canaries.iban.append(" ".join(iban[start : start + 4] for start in range(0, len(iban), 4)))
        canaries.passport.append(f"QX{drawn.randrange(10**7):07}")
    return canaries
