"""Every name of a zone, province or industry leads to the one it means, or to all that it may mean."""

import pytest

from sim.world import country, names, reading

LAND = country("china-178")
ZONES = names.zone_names(LAND.zones)
PROVINCES = names.province_names(LAND.provinces)
INDUSTRIES = names.industry_names(LAND.industries)


@pytest.mark.parametrize(
    ("word", "zone"),
    [
        ("合肥", "Hefei"),
        ("合肥市", "Hefei"),
        ("安徽省合肥市", "Hefei"),
        ("合肥高新区", "Hefei"),
        ("合肥国家高新技术产业开发区", "Hefei"),
        ("合肥國家高新技術產業開發區", "Hefei"),
        ("340100", "Hefei"),
        ("hefei", "Hefei"),
        ("Hefei National High-tech Zone", "Hefei"),
        ("苏州", "Suzhou"),
        ("苏州市高新区", "Suzhou"),
        ("昆山市", "Kunshan"),
        ("320583", "Kunshan"),
        ("武汉", "East Lake (Wuhan)"),
        ("武漢東湖新技術產業開發區", "East Lake (Wuhan)"),
        ("光谷", "East Lake (Wuhan)"),
        ("East Lake", "East Lake (Wuhan)"),
        ("厦门火炬高技术产业开发区", "Xiamen Torch"),
        ("杨凌农业高新技术产业示范区", "Yangling Agricultural"),
        ("中关村科技园区", "Zhongguancun"),
        ("Fuzhou", "Fuzhou"),
        ("福州", "Fuzhou"),
        ("抚州", "Fuzhou (Jiangxi)"),
        ("河源", "Heyuan"),
        ("石河子", "Shihezi"),
        ("Xi’an", "Xi'an"),
        ("Ürümqi", "Urumqi"),
        ("Ｈｅｆｅｉ", "Hefei"),
        ("吉林市", "Jilin City"),
        ("重庆高新区", "Chongqing Jiulongpo"),
        ("西宁", "Xining"),
    ],
)
def test_a_zone_is_known_by_all_its_names(word, zone):
    assert ZONES.meanings(word) == (zone,)


@pytest.mark.parametrize(
    ("word", "zones"),
    [
        ("苏州市", ("Suzhou", "Kunshan", "Suzhou Industrial Park", "Changshu")),
        ("320500", ("Suzhou", "Kunshan", "Suzhou Industrial Park", "Changshu")),
        ("上海", ("Shanghai Zhangjiang", "Shanghai Zizhu")),
        ("Shanghai", ("Shanghai Zhangjiang", "Shanghai Zizhu")),
        ("长沙市", ("Changsha", "Ningxiang")),
        ("台州", ()),
        ("", ()),
        ("高新区", ()),
    ],
)
def test_a_city_of_several_zones_names_them_all_and_a_stranger_none(word, zones):
    assert ZONES.meanings(word) == zones


@pytest.mark.parametrize(
    ("word", "province"),
    [
        ("安徽", "Anhui"),
        ("安徽省", "Anhui"),
        ("34", "Anhui"),
        ("340000", "Anhui"),
        ("廣西壯族自治區", "Guangxi"),
        ("内蒙古", "Inner Mongolia"),
        ("Xizang", "Tibet"),
        ("山西", "Shanxi"),
        ("陝西", "Shaanxi"),
        ("重庆市", "Chongqing"),
        ("Anhui Province", "Anhui"),
    ],
)
def test_a_province_is_known_by_its_chinese_and_official_names_and_codes(word, province):
    assert PROVINCES.meanings(word) == (province,)


@pytest.mark.parametrize(
    ("word", "industry"),
    [
        ("人工智能", "AI"),
        ("量子信息", "QUANTUM"),
        ("6G", "NET6G"),
        ("低空經濟", "LOWALT"),
        ("氢能", "HYDROGEN"),
        ("Quantum information", "QUANTUM"),
        ("Frontier materials", "MATERIALS"),
    ],
)
def test_an_industry_is_known_by_its_name(word, industry):
    assert INDUSTRIES.meanings(word) == (industry,)


def test_every_name_in_the_tables_leads_back_to_its_row():
    tables = (("zones.csv", "zone", ZONES), ("provinces.csv", "province", PROVINCES))
    tables += (("industries.csv", "industry", INDUSTRIES),)
    for file, key, known in tables:
        for row in reading.read(file):
            own = [row[key], row.get(f"{key}_cn") or row.get("name_cn"), row.get("official_cn")]
            own += [row.get("county_cn"), row.get("county_code"), *row["also"].split(";")]
            for word in filter(None, own):
                assert known.meanings(word) == (row[key],), (file, word)


def test_codes_belong_to_their_province_and_cities_with_one_zone_are_found_by_theirs():
    for row in reading.read("zones.csv"):
        home = names.province(row["province"])
        assert row["city_code"][:2] == home.code[:2]
        assert row["county_code"][:2] in ("", home.code[:2])
        assert row["zone"] in ZONES.meanings(row["city_code"])
    assert len({row["code"] for row in reading.read("provinces.csv")}) == 31
    assert len({row["county_code"] for row in reading.read("zones.csv") if row["county_code"]}) == 18


def test_words_for_a_zone_and_a_larger_province_are_shared():
    homes = tuple(LAND.provinces[p] for p in LAND.province)
    shared = names.shared_words(LAND.zones, homes)
    assert shared == {"吉林": ("Jilin City", "Jilin"), "重庆": ("Chongqing Jiulongpo", "Chongqing")}
    assert names.shared_words(LAND.provinces, LAND.provinces) == {}


@pytest.mark.parametrize(
    ("word", "places"),
    [
        ("合肥", (("zone", "Hefei"),)),
        ("安徽", (("province", "Anhui"),)),
        ("北京", (("province", "Beijing"),)),
        ("吉林", (("zone", "Jilin City"), ("province", "Jilin"))),
        ("Jilin", (("province", "Jilin"),)),
        ("Chongqing", (("province", "Chongqing"),)),
        ("苏州市", tuple(("zone", z) for z in ("Suzhou", "Kunshan", "Suzhou Industrial Park", "Changshu"))),
        ("火星", ()),
    ],
)
def test_where_both_are_welcome_a_word_says_whether_it_is_a_zone_or_a_province(word, places):
    homes = tuple(LAND.provinces[p] for p in LAND.province)
    shared = names.shared_words(LAND.zones, homes)
    assert names.place_meanings(word, ZONES, PROVINCES, shared) == places


def test_a_whole_province_as_a_zone_has_the_names_of_the_province():
    provinces = names.zone_names(country("china-31").zones)
    assert provinces.meanings("安徽省") == ("Anhui",)
    assert names.zone("Anhui").label == "Anhui (安徽)"


def test_a_world_of_ones_own_has_its_own_names_only():
    own = names.zone_names(("Ticino", "Valais"))
    assert own.meanings("ticino") == ("Ticino",)
    assert names.zone("Ticino").zh == names.zone("Ticino").code == ""


def test_the_nearest_name_is_told_in_the_script_of_the_word():
    assert ZONES.nearest("合费") == "合肥"
    assert ZONES.nearest("Hefie") == "Hefei"
    assert ZONES.nearest("火星") == ""
