"""Writes types.parquet: types of columns that our own writer does not write. pyarrow 17 or later."""

import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

table = pa.table(
    {
        "student": pa.array([1, 2, None], pa.int8()),
        "u8": pa.array([0, 255, 7], pa.uint8()),
        "i16": pa.array([-5, 32767, None], pa.int16()),
        "u16": pa.array([65535, 0, 1], pa.uint16()),
        "day": pa.array([datetime.date(2026, 1, 2)] * 3),
        "points": pa.array([decimal.Decimal("5.5")] * 3, pa.decimal128(5, 1)),
        "mark": pa.array([5.0, 6.5, None]),
    }
)
path = pathlib.Path(__file__).with_name("types.parquet")
pq.write_table(table, path, compression="none", use_dictionary=False, write_statistics=False)
