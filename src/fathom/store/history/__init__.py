"""Recorded markets as columns: Parquet for whoever asks, and tapes for whoever steps over them.

A door of its own: what stands behind it needs the extra `history`.
"""

from fathom.store.history.folder import (
    DAY_NS,
    KINDS,
    Kind,
    Partition,
    day_begins_ns,
    day_of,
    part_path,
    partitions,
    source_name,
    symbol_folder,
    tape_path,
)
from fathom.store.history.needed import need_history
from fathom.store.history.places import Held, Place
from fathom.store.history.tables import COLUMNS, SCHEMAS, book_columns, order_columns, plain_columns, row_type
from fathom.store.history.tape import HEAD_BYTES, Tape, TapeHead, TapeWriter, tape_head
from fathom.store.history.writing import PartitionWriter, part_head

__all__ = [
    "COLUMNS",
    "DAY_NS",
    "HEAD_BYTES",
    "KINDS",
    "SCHEMAS",
    "Held",
    "Kind",
    "Partition",
    "PartitionWriter",
    "Place",
    "Tape",
    "TapeHead",
    "TapeWriter",
    "book_columns",
    "day_begins_ns",
    "day_of",
    "need_history",
    "order_columns",
    "part_head",
    "part_path",
    "partitions",
    "plain_columns",
    "row_type",
    "source_name",
    "symbol_folder",
    "tape_head",
    "tape_path",
]
