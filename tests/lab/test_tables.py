"""Parquet files of results: types, compression, and the order that keeps them small."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.lab import tables

WIDE = 2**30


@pytest.mark.parametrize(
    ("column", "plain", "compact"),
    [
        (np.array([1, 2], dtype=np.int8), "int32", "int32"),
        (np.array([1, 2], dtype=np.int32), "int32", "int32"),
        (np.array([1, WIDE - 1]), "int64", "int32"),
        (np.array([-WIDE, 2]), "int64", "int64"),
        (np.array([], dtype=np.int64), "int64", "int32"),
        (np.array([1.5, np.nan]), "double", "float"),
        (np.array([True, False]), "bool", "bool"),
        (["Hefei", "Wuhan"], "string", "string"),
        (np.array(["Hefei", "Wuhan"]), "string", "string"),
        (np.array(["Hefei", None], dtype=object), "string", "string"),
    ],
)
def test_types_are_as_small_as_the_values_allow(column, plain, compact):
    assert str(tables.table({"value": column}).schema.field("value").type) == plain
    assert str(tables.table({"value": column}, compact=True).schema.field("value").type) == compact


def test_only_columns_of_few_words_become_dictionaries_and_only_in_big_tables():
    columns = {"note": ["a", "b"], "tier": ["a", "b"]}
    for compact in (False, True):
        schema = tables.table(columns, compact=compact).schema
        assert [pa.types.is_dictionary(field.type) for field in schema] == [False, compact]


def test_nan_is_null_and_single_values_are_repeated():
    coded = pd.Categorical(["b", "a"])
    table = tables.table({"scenario": "base", "seed": 3, "zone": coded, "value": [1.0, np.nan]})
    assert pa.types.is_dictionary(table.schema.field("zone").type)  # coded already
    assert table.to_pylist() == [
        {"scenario": "base", "seed": 3, "zone": "b", "value": 1.0},
        {"scenario": "base", "seed": 3, "zone": "a", "value": None},
    ]
    assert tables.table({"scenario": "base"}).num_rows == 0


def test_files_are_compressed_and_words_alone_have_dictionaries(tmp_path):
    path = tmp_path / "panel" / "firms.parquet"
    columns = {"zone": ["Hefei"] * 1000, "output": np.arange(1000.0), "name": ["x"] * 1000}
    for _ in range(2):  # the folder may be there
        tables.write_table(path, columns, compact=True)
    group = pq.ParquetFile(path).metadata.row_group(0)
    parts = [group.column(i) for i in range(3)]
    assert [part.has_dictionary_page for part in parts] == [True, False, True]
    assert {part.compression for part in parts} == {"ZSTD"}
    assert pq.read_schema(path).field("output").type == pa.float32()
    tables.write_table(path, {"output": np.arange(1000.0)})
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    assert (column.has_dictionary_page, column.physical_type) == (False, "DOUBLE")


def test_a_places_years_stand_beside_each_other():
    columns = {
        "scenario": "base",
        "seed": 3,
        "year": [2022, 2022, 2023, 2023, 2024, 2024],
        "zone": [*"ababab"],
    }
    placed = tables.by_place(columns)
    assert placed["zone"].tolist() == [*"aaabbb"]
    assert placed["year"].tolist() == [2022, 2023, 2024] * 2
    assert (placed["scenario"], placed["seed"]) == ("base", 3)
