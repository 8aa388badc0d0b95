"""Parquet files of results: the types and the compression that keep folders small."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

TEXT_COLUMNS = frozenset(
    {"scenario", "zone", "province", "industry", "tier", "weak_link"}
    | {"zone_zh", "province_zh", "industry_zh", "zone_code", "province_code"}
)
"""Columns with few different words, stored as dictionaries in the big tables."""
_LEVEL = 3
"""zstd: level 9 takes twice as long, half a minute for a run's panel of firms, to save one per cent."""


def write_table(path: Path, columns: Mapping[str, Any], *, compact: bool = False) -> None:
    """Write columns of one length (single values are repeated) as a Parquet file."""
    path.parent.mkdir(exist_ok=True)
    whole = table(columns, compact=compact)
    with writer(path, whole.schema) as file:
        file.write_table(whole)


def writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Return a writer; only words are looked up in dictionaries, which numbers do not gain by."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    words: Any = [f.name for f in schema if pa.types.is_dictionary(f.type) or pa.types.is_string(f.type)]
    return pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=_LEVEL, use_dictionary=words or False
    )


def table(columns: Mapping[str, Any], *, compact: bool = False) -> pa.Table:
    """Return columns as an Arrow table; NaN becomes null, small integers get 32 bits.

    ``compact`` halves a big table: words as dictionaries, and numbers with 32 bits, which is seven
    significant digits (integers only where all fit).
    """
    import numpy as np
    import pyarrow as pa

    length = max((len(c) for c in columns.values() if not isinstance(c, str | int)), default=0)
    arrays = {}
    for name, column in columns.items():
        if hasattr(column, "categories"):  # words that are coded already
            arrays[name] = pa.array(column)
            continue
        whole = [column] * length if isinstance(column, str | int) else column
        values = np.asarray(whole)
        if values.dtype.kind == "i" and (values.dtype.itemsize < 4 or (compact and _fits(values))):
            values = values.astype(np.int32)
        if compact and values.dtype.kind == "f":
            values = values.astype(np.float32)
        array = pa.array(
            values.tolist() if values.dtype.kind in "OU" else values,
            from_pandas=values.dtype.kind == "f",
        )
        arrays[name] = array.dictionary_encode() if compact and name in TEXT_COLUMNS else array
    return pa.table(arrays)


def _fits(values: Any) -> bool:
    """Say whether 32 bits hold all these integers, with so much to spare that every run's will."""
    return values.size == 0 or abs(values).max() < 2**30


def by_place(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of dense year-end tables with each place's years beside each other.

    Neighbouring years are alike and so compress well.  The tables come year by year, with the
    places in the same order every year.
    """
    import numpy as np

    year = np.asarray(columns["year"])
    order = np.arange(year.size).reshape(np.unique(year).size, -1).T.ravel()
    return {k: c if isinstance(c, str | int) else np.asarray(c)[order] for k, c in columns.items()}
