"""What places and industries are called: one table of names for every face.

The data tables give each zone, province and industry its name in the model, its Chinese name,
division codes and other usual names.  :class:`Names` finds the one that a word means, whatever its
case, spaces, width, script (traditional or simplified) and official ending (市, 省, 高新区 ...).
A word that means several is never guessed at: all of them are returned.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sim.world.reading import read

_TRADITIONAL = str.maketrans(
    "與業東臨豐義烏樂鄉雲產儲蘭關興岡農淨製區醫衛廈發變國團園壯頭寧實導爾島巖廣慶開張懷愷撫擬無機來"
    "楊棗漢瀋瀘濟溫濱濰煙獅瑪現療鹽級細經絡維綿網聯肅腦蕪蘇範荊藥營蕭薩虛許負貢貴贛車邊遼遷進遠連鄭釩鈦"
    "銅銀錫錦鎮長門陽陰陝頂順馬魯鮮雞鷹黃齊龍臺體術莊餘氫類榮揚潛隨寶崑裏",
    "与业东临丰义乌乐乡云产储兰关兴冈农净制区医卫厦发变国团园壮头宁实导尔岛岩广庆开张怀恺抚拟无机来"
    "杨枣汉沈泸济温滨潍烟狮玛现疗盐级细经络维绵网联肃脑芜苏范荆药营萧萨虚许负贡贵赣车边辽迁进远连郑钒钛"
    "铜银锡锦镇长门阳阴陕顶顺马鲁鲜鸡鹰黄齐龙台体术庄余氢类荣扬潜随宝昆里",
)
"""Traditional characters that occur in these names, to simplified ones."""
_ZONE_ENDING = re.compile(
    r"(?:国家级?)?(?:高新技术|高技术|新技术|高新)(?:产业)?(?:开发区|园区|示范区|区)?$"
    r"|(?:national)?(?:hightech|htz|hidz)(?:industrial)?(?:development)?(?:zone|park)?$"
)
_PROVINCE_ENDING = re.compile(r"(?:省|市|自治区)$|(?:province|municipality|autonomousregion)$")


@dataclass(frozen=True, slots=True)
class Called:
    """What one zone, province or industry is called.

    Attributes:
        name: in the model, its tables and its results.
        zh: Chinese name; empty where the table has none.
        code: six digits of GB/T 2260, of the city for a zone; empty where there is none.
        also: other words that mean it.
        city: names and code of its city or province, which mean it where nothing else lies there.
    """

    name: str
    zh: str = ""
    code: str = ""
    also: tuple[str, ...] = ()
    city: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return the name with the Chinese one, such as ``Hefei (合肥)``."""
        return f"{self.name} ({self.zh})" if self.zh else self.name


def fold(word: str) -> str:
    """Return a word without what does not tell names apart.

    >>> fold("Xi’an"), fold("合肥 高新區"), fold("ＡＩ"), fold("Ürümqi")
    ('xian', '合肥高新区', 'ai', 'urumqi')
    """
    plain = unicodedata.normalize("NFKD", word).casefold().translate(_TRADITIONAL)
    return "".join(c for c in plain if c.isalnum())


@cache
def _provinces() -> dict[str, Called]:
    return {
        row["province"]: Called(
            row["province"],
            row["province_cn"],
            row["code"],
            (row["official_cn"], row["code"], row["code"][:2], *_split(row["also"])),
        )
        for row in read("provinces.csv")
    }


@cache
def _zones() -> dict[str, Called]:
    land = {row["province"]: row for row in read("provinces.csv")}
    made = {}
    for row in read("zones.csv"):
        city, home = row["city_cn"], land[row["province"]]
        whole = city if city == home["official_cn"] else home["official_cn"] + city
        area = (row["city"], city.removesuffix("市"), city, whole, row["city_code"])
        county = (row["county_cn"], row["county_code"]) if row["county_cn"] else ()
        also = (*county, *_split(row["also"]))
        made[row["zone"]] = Called(row["zone"], row["zone_cn"], row["city_code"], also, area)
    return made


@cache
def _industries() -> dict[str, Called]:
    return {
        row["industry"]: Called(row["industry"], row["name_cn"], "", (row["name"], *_split(row["also"])))
        for row in read("industries.csv")
    }


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(";")))


def zone(name: str) -> Called:
    """Return what a zone is called; in a world of whole provinces a zone is one of them."""
    return _zones().get(name) or province(name)


def province(name: str) -> Called:
    """Return what a province is called."""
    return _provinces().get(name) or Called(name)


def industry(name: str) -> Called:
    """Return what an industry is called."""
    return _industries().get(name) or Called(name)


def zh_of(kind: str, name: str) -> str:
    """Return the Chinese name of a ``zone``, ``province`` or ``industry``, empty where there is none."""
    kinds = {"zone": zone, "province": province, "industry": industry}
    return kinds[kind](name).zh if kind in kinds else ""


class Names:
    """The names of one kind, in order, and the words that mean each of them."""

    def __init__(self, called: Iterable[Called]) -> None:
        self.called = {one.name: one for one in called}
        self.names = tuple(self.called)
        self._levels: tuple[dict[str, tuple[str, ...]], ...] = (
            _index((one.name, (one.name, one.zh)) for one in self.called.values()),
            _index((one.name, _shortened(one)) for one in self.called.values()),
            _index((one.name, one.city) for one in self.called.values()),
        )

    def meanings(self, word: str) -> tuple[str, ...]:
        """Return the names that a word may mean: own names first, then others, then the city's."""
        if word in self.called:
            return (word,)
        key = fold(word)
        found = self._look(key)
        if found:
            return found
        for ending in (_ZONE_ENDING, _PROVINCE_ENDING):
            stem = ending.sub("", key)
            if stem and stem != key:
                own = self._look(stem.removesuffix("市"), levels=2) or self._look(stem)
                if own:
                    return own
        return ()

    def _look(self, key: str, levels: int = 3) -> tuple[str, ...]:
        return next((level[key] for level in self._levels[:levels] if key in level), ())

    def nearest(self, word: str) -> str:
        """Return the name, in the script of ``word``, that is closest to it, or an empty string."""
        words = [text for one in self.called.values() for text in (one.name, one.zh, *one.also) if text]
        folded = {fold(text): text for text in reversed(words)}
        hits = difflib.get_close_matches(fold(word), list(folded), n=1, cutoff=0.6 if word.isascii() else 0.5)
        return folded[hits[0]] if hits else ""


def _shortened(one: Called) -> tuple[str, ...]:
    """Return other words for one, and its names without what stands in brackets."""
    return (*one.also, *(text.split("(")[0] for text in (one.name, one.zh, *one.also) if "(" in text))


def _index(words: Iterable[tuple[str, Iterable[str]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, texts in words:
        for key in filter(None, map(fold, texts)):
            found.setdefault(key, {})[name] = None
    return {key: tuple(names) for key, names in found.items()}


@cache
def zone_names(names: tuple[str, ...]) -> Names:
    """Return the zones of a world."""
    return Names(map(zone, names))


@cache
def province_names(names: tuple[str, ...]) -> Names:
    """Return the provinces of a world."""
    return Names(map(province, names))


@cache
def industry_names(names: tuple[str, ...]) -> Names:
    """Return the industries of a world."""
    return Names(map(industry, names))


def shared_words(zones: tuple[str, ...], homes: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return words (folded) that name a zone as well as a larger province: the zone and the province.

    In China's zones these are 吉林 and 重庆; where a province is a single zone both are the same place.

    Args:
        zones: names of all zones.
        homes: the province of each.
    """
    shared = {}
    for home in dict.fromkeys(homes):
        inside = tuple(zone for zone, other in zip(zones, homes, strict=True) if other == home)
        for word in filter(None, (home, province(home).zh)):
            found = zone_names(zones).meanings(word)
            if len(found) == 1 and found != inside:
                shared[fold(word)] = (found[0], home)
    return shared


def place_meanings(
    word: str, zones: Names, provinces: Names, shared: Mapping[str, tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Return what a word may mean where zones and provinces are both welcome, each with its kind.

    A name as the tables write it is that one; else a province comes before the zones of its city.
    """
    for kind, names in (("zone", zones), ("province", provinces)):
        if word in names.called:
            return ((kind, word),)
    if fold(word) in shared:
        zone, home = shared[fold(word)]
        return (("zone", zone), ("province", home))
    land = tuple(("province", name) for name in provinces.meanings(word))
    return land or tuple(("zone", name) for name in zones.meanings(word))
