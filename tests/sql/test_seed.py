"""The shipped code tables: what is in the files, and what filling the registry with them does."""

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from data_access import schema, seed
from data_access.codes import discipline_code, family_of
from data_access.codes.files import CODE_TABLES, CodeFileError, Row, read_code_tables, read_rows
from data_access.codes.files import _parents_first as parents_first
from data_access.registry import writing

COUNTS = {
    "level": 5,
    "region": 404,
    "school": 2757,
    "catalogue": 6,
    "discipline": 1268,
    "destination": 33,
    "edition": 3,
    "destination_group": 24,
    "edition_member": 99,
    "region_group": 19,
    "region_group_member": 115,
    "employer_kind": 15,
    "industry": 23,
    "reporting_rule": 3,
    "holiday": 58,
    "survey_item": 10,
    "contribution_rule": 4,
    "contribution_condition": 12,
    "validation_rule": 73,
    "flag_rule": 16,
    "flag_pattern": 28,
}
TABLES = (*CODE_TABLES, schema.claim)
EMPLOYED_2014 = {"10", "11", "12", "27", "46", "50", "51", "75", "76", "80", "85"}
NOT_EMPLOYED_2014 = {"70", "71", "72"}


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    return read_code_tables()


@pytest.fixture
def empty_registry(registry: Engine) -> Engine:
    """The registry as the migrations leave it: the shared one comes with its code tables."""
    with writing(registry) as connection:
        for table in reversed(TABLES):
            connection.execute(sa.delete(table))
    return registry


def everything(engine: Engine) -> dict[str, list[sa.Row[tuple[object, ...]]]]:
    with engine.connect() as connection:
        ordered = {t: sa.select(t).order_by(*t.primary_key.columns) for t in TABLES}
        return {t.name: list(connection.execute(rows)) for t, rows in ordered.items()}


def fill(engine: Engine) -> dict[str, int]:
    with writing(engine) as connection:
        return {**seed.fill_code_tables(connection), "claim": seed.fill_claims(connection)}


# ---- what is in the files


def test_every_table_has_its_rows(tables: dict[str, list[Row]]) -> None:
    assert {name: len(rows) for name, rows in tables.items()} == COUNTS


def test_parents_come_first_and_exist(tables: dict[str, list[Row]]) -> None:
    for name in ("level", "region", "discipline", "destination"):
        seen = set()
        for row in tables[name]:
            assert row["parent"] is None or row["parent"] in seen, (name, row["code"])
            seen.add(row["code"])


def test_every_row_has_an_english_name(tables: dict[str, list[Row]]) -> None:
    for name, rows in tables.items():
        if "name_en" in rows[0]:
            missing = [row for row in rows if not row["name_en"] or not row["name_en"].isascii()]
            assert missing == [], name


def test_every_catalogue_has_its_known_size(tables: dict[str, list[Row]]) -> None:
    found = Counter((row["catalogue"], row["rank"]) for row in tables["discipline"])
    assert found == {
        ("bachelor-2025", "category"): 12,
        ("bachelor-2025", "class"): 93,
        ("bachelor-2025", "major"): 845,
        ("graduate-2022", "category"): 14,
        ("graduate-2022", "class"): 164,
        ("graduate-2011", "class"): 13,
        ("vocational-2021", "category"): 19,
        ("vocational-2021", "class"): 97,
        ("vocational-2015", "class"): 5,
        ("local", "category"): 6,
    }


def test_a_discipline_code_says_its_family_its_official_code_and_its_place(
    tables: dict[str, list[Row]],
) -> None:
    older = {"graduate-2011", "vocational-2015"}
    ranks = {row["code"]: row["rank"] for row in tables["discipline"]}
    for row in tables["discipline"]:
        family = family_of(row["code"])
        if row["catalogue"] in older:
            assert row["code"] == discipline_code(family, row["name_zh"])
        elif row["catalogue"] != "local":
            assert row["code"] == f"{family}-{row['official_code']}"
            if row["parent"]:
                assert row["code"].startswith(row["parent"])
        if row["parent"]:
            above = {"class": "category", "major": "class"}
            assert ranks[row["parent"]] == above[row["rank"]]


def test_names_are_unique_within_family_and_rank(tables: dict[str, list[Row]]) -> None:
    names = Counter(
        (family_of(row["code"]), row["rank"], row["name_zh"]) for row in tables["discipline"]
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_a_school_stands_where_its_city_is(tables: dict[str, list[Row]]) -> None:
    regions = {row["code"]: row for row in tables["region"]}
    for row in tables["school"]:
        assert regions[row["city"]]["parent"] in (row["province"], None)
        assert row["city"][:2] == row["province"][:2]
        if row["code"] != "00000":
            assert row["moe_code"].endswith(row["code"])
            assert row["initials"].isalnum()
            assert row["initials"] == row["initials"].lower()
            assert not row["synthetic"]
            assert not row["flagged"]


def test_well_known_schools(tables: dict[str, list[Row]]) -> None:
    schools = {row["code"]: row for row in tables["school"]}
    shanxi = schools["10108"]
    assert (shanxi["name_zh"], shanxi["initials"], shanxi["province"], shanxi["tier"]) == (
        "山西大学",
        "sxdx",
        "140000",
        "bachelor",
    )
    assert schools["10122"]["initials"] == "czxy"  # 长治 is read chang, not zhang
    assert schools["00000"]["name_zh"] == "全省（未分校）"
    assert not any(code.startswith("99") for code in schools)  # left to demonstrations
    assert sum(row["province"] == "140000" for row in schools.values()) == 82


def test_there_are_thirty_four_provinces_on_the_map(tables: dict[str, list[Row]]) -> None:
    ranks = Counter(row["rank"] for row in tables["region"])
    assert ranks == {"province": 34, "city": 368, "special": 2}
    for row in tables["region"]:
        if row["rank"] == "special":
            assert (row["longitude"], row["latitude"], row["parent"]) == (None, None, None)
        else:
            assert 73 < row["longitude"] < 136
            assert 3 < row["latitude"] < 54
    english = {row["code"]: row["name_en"] for row in tables["region"]}
    assert (english["140000"], english["610000"], english["140400"]) == (
        "Shanxi",
        "Shaanxi",
        "Changzhi",
    )
    assert len(set(english.values())) == len(english)


def test_groups_of_provinces_cover_what_they_should(tables: dict[str, list[Row]]) -> None:
    members: dict[str, Counter[str]] = {}
    for row in tables["region_group_member"]:
        members.setdefault(row["scheme"], Counter())[row["group_code"]] += 1
    assert members["four_region"] == {
        "east": 10,
        "central": 6,
        "west": 12,
        "northeast": 3,
        "hk_macao_taiwan": 3,
    }
    assert sum(members["eight_zone"].values()) == 31
    assert {scheme: sum(m.values()) for scheme, m in members.items() if len(m) == 1} == {
        "jingjinji": 3,
        "changsanjiao": 4,
        "greater_bay": 11,
        "yangtze_belt": 11,
        "yellow_river": 9,
        "western_development": 12,
    }
    once = Counter(
        (row["scheme"], row["region"])
        for row in tables["region_group_member"]
        if row["scheme"] in ("four_region", "eight_zone")
    )
    assert set(once.values()) == {1}


def test_the_2014_edition_is_the_formula_of_the_report(tables: dict[str, list[Row]]) -> None:
    parent = {row["code"]: row["parent"] for row in tables["destination"]}
    flags = {
        row["destination"]: row["employed"]
        for row in tables["edition_member"]
        if row["edition"] == "2014"
    }
    assert {code for code in flags if flags[code] and parent[code] is None} == (
        EMPLOYED_2014 | {"1"}
    )
    assert {code for code in flags if not flags[code] and parent[code] is None} == (
        NOT_EMPLOYED_2014 | {"2"}
    )
    for code, above in parent.items():
        assert above is None or flags[code] == flags[above]


def test_every_edition_places_every_destination(tables: dict[str, list[Row]]) -> None:
    employed = {
        (row["edition"], row["code"]): row["employed"] for row in tables["destination_group"]
    }
    codes = {row["code"] for row in tables["destination"]}
    for edition in tables["edition"]:
        own = [row for row in tables["edition_member"] if row["edition"] == edition["code"]]
        assert {row["destination"] for row in own} == codes
        for row in own:
            assert row["employed"] == employed[row["edition"], row["group_code"]]


def test_editions_differ_in_grouping_and_never_in_who_is_employed(
    tables: dict[str, list[Row]],
) -> None:
    groups = {
        (row["edition"], row["destination"]): row["group_code"] for row in tables["edition_member"]
    }
    editions = ("2014", "2021", "2024")
    assert [groups[e, "12"] for e in editions] == ["unit", "flexible", "unit"]
    assert [groups[e, "85"] for e in editions] == ["abroad", "further_study", "further_study"]
    assert [groups[e, "76"] for e in editions] == ["flexible", "flexible", "freelance"]
    flags: dict[str, set[bool]] = {}
    for row in tables["edition_member"]:
        flags.setdefault(row["destination"], set()).add(row["employed"])
    assert all(len(values) == 1 for values in flags.values())
    assert [(row["first_cohort"], row["rate_name_zh"]) for row in tables["edition"]] == [
        (2014, "就业率"),
        (2021, "毕业去向落实率"),
        (2024, "毕业去向落实率"),
    ]


# ---- filling the registry


def test_filling_an_empty_registry_writes_every_row(empty_registry: Engine) -> None:
    assert fill(empty_registry) == {**COUNTS, "claim": 111}
    assert {name: len(rows) for name, rows in everything(empty_registry).items()} == {
        **COUNTS,
        "claim": 111,
    }


def test_filling_twice_changes_nothing(registry: Engine) -> None:
    fill(registry)
    before = everything(registry)
    assert set(fill(registry).values()) == {0}
    assert everything(registry) == before


def test_a_changed_row_is_corrected_and_only_that(registry: Engine) -> None:
    fill(registry)
    before = everything(registry)
    with writing(registry) as connection:
        connection.execute(
            sa.update(schema.school).where(schema.school.c.code == "10108").values(name_zh="山大")
        )
        connection.execute(
            sa.update(schema.claim)
            .where(schema.claim.c.item == "graduates", schema.claim.c.label == "毕业生")
            .values(value="1")
        )
    changed = fill(registry)
    assert {name: count for name, count in changed.items() if count} == {"school": 1, "claim": 1}
    assert everything(registry) == before


def test_rows_of_imports_stay(registry: Engine) -> None:
    fill(registry)
    code = discipline_code("b", "星际工程类")
    local = {"name_en": "", "flagged": True}
    with writing(registry) as connection:
        connection.execute(
            sa.insert(schema.discipline).values(
                code=code,
                catalogue="local",
                official_code="",
                rank="class",
                parent="b-x",
                name_zh="星际工程类",
                initials="",
                **local,
            )
        )
        connection.execute(
            sa.insert(schema.destination).values(
                code="82", name_zh="升学（规培）", evidence="import", position=999, **local
            )
        )
    before = everything(registry)
    assert set(fill(registry).values()) == {0}
    assert everything(registry) == before


def test_a_flagged_name_that_the_files_learn_becomes_known(registry: Engine) -> None:
    """An older class name that an earlier version imported as unknown keeps its code."""
    code = discipline_code("v", "会展类")
    fill(registry)
    with writing(registry) as connection:
        connection.execute(
            sa.update(schema.discipline)
            .where(schema.discipline.c.code == code)
            .values(catalogue="local", parent="v-x", official_code="", flagged=True)
        )
    assert fill(registry)["discipline"] == 1
    with registry.connect() as connection:
        row = connection.execute(
            sa.select(schema.discipline).where(schema.discipline.c.code == code)
        ).one()
    assert (row.catalogue, row.parent, row.flagged) == ("vocational-2015", "v-54", False)


# ---- faults in the files


def broken(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the shipped files with one text of one file replaced, once."""
    for table in CODE_TABLES:
        text = (files("data_access.codes") / f"{table.name}.csv").read_text(encoding="utf-8")
        if table.name == name:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / f"{table.name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "column", "value", "rule"),
    [
        ("school", ",sxdx,bachelor,", ",sxdx,本科,", "tier", "本科", "must be one of"),
        ("school", "\n10108,", "\n1010八,", "code", "1010八", "must match"),
        ("school", "140000,140100", "140000,149900", "city", "149900", "is not in region.csv"),
        ("level", "本科,Bachelor's degree,,20", "本科,B,,zwanzig", "position", "zwanzig", ""),
        ("level", "bachelor,本科,", "bachelor,,", "name_zh", "", "must not be empty"),
        ("level", "bachelor,本科,", "bachelor, 本科,", "name_zh", " 本科", "space"),
        ("destination", "\n11,", "\n10,", "code", "10", "must be there once"),
        ("destination", "assistant,27,0", "assistant,28,0", "parent", "28", "destination.csv"),
        ("destination", "assistant,27,0", "assistant,27,nein", "flagged", "nein", "0 or 1"),
        ("edition_member", "2014,10,unit", "2014,10,units", "edition+group_code", "2014+units", ""),
        ("region_group_member", "east,110000", ",110000", "group_code", "", "part of the key"),
        ("industry", "code,name_zh", "code,name", "*", "code,name,name_en,gbt4754", "must name"),
        ("industry", "21,采矿业,", "21,采矿业,,", "*", "21,采矿业,,Mining,B", "must have 4 cells"),
    ],
)
def test_a_fault_is_named_by_file_row_column_and_value(
    tmp_path: Path, name: str, old: str, new: str, column: str, value: str, rule: str
) -> None:
    with pytest.raises(CodeFileError) as caught:
        read_code_tables(broken(tmp_path, name, old, new))
    error = caught.value
    assert (error.file, error.column, error.value) == (f"{name}.csv", column, value)
    assert rule in error.rule
    assert f"{name}.csv, row {error.row}, column {column}" in str(error)


def test_the_row_of_a_fault_counts_as_a_spreadsheet_does(tmp_path: Path) -> None:
    (tmp_path / "level.csv").write_text(
        "code,name_zh,name_en,parent,position\na,甲,A,,1\nb,乙,B,,two\n", encoding="utf-8"
    )
    with pytest.raises(CodeFileError, match=r"level\.csv, row 3, column position: 'two'"):
        read_rows(tmp_path / "level.csv", schema.level, key=("code",))


def test_parents_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match=r"circle: \['a', 'b'\]"):
        parents_first([{"code": "a", "parent": "b"}, {"code": "b", "parent": "a"}])


def test_a_fault_leaves_the_registry_as_it_was(
    empty_registry: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = broken(tmp_path, "industry", "21,采矿业,Mining,B", "11,采矿业,Mining,B")
    monkeypatch.setattr(seed, "read_code_tables", lambda: read_code_tables(folder))
    with pytest.raises(CodeFileError, match=r"industry\.csv"):
        fill(empty_registry)
    assert all(not rows for rows in everything(empty_registry).values())
