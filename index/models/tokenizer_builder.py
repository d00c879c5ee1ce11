"""The Chinese part of the vocabulary, and the fast tokenizer over it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from index.models.packed_source import Vocabulary

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
PROMPT_PIECES = ("▁que", "ry", "▁passage", ":", "▁")
"""Pieces that every text begins with: losing one moves every vector."""

SPACE = "▁"
FREQUENT = 30_000
"""Ids below it are the most frequent pieces; Latin-script words are kept only there."""

_HAN = r"\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_SIGNS = (  # Latin-1 signs, general punctuation, arrows, mathematics, CJK and full-width signs
    r"\u00a1-\u00bf\u00d7\u00f7\u2010-\u27bf\u3000-\u3004\u3008-\u303f\uff00-\uffef"
)
_ALPHABET = re.compile(rf"[\u0021-\u007e{_HAN}{_SIGNS}]*")
_OTHER_SINGLE = re.compile(r"[\u00c0-\u00ff\u0391-\u03c9\u0410-\u044f\u3041-\u30ff]")
"""Letters of names and formulas: Latin-1, Greek, Cyrillic, kana."""
_LATIN = re.compile(r"[A-Za-z]")
_HAN_CHARACTER = re.compile(rf"[{_HAN}]")
_ACRONYM = re.compile(r"[A-Z]{2,4}")

_WAVE_DASH = "\uff5e"
_PRIVATE = "\ue000"


def is_kept(index: int, piece: str) -> bool:
    """Says whether a piece of the full vocabulary stays in the bundled one.

    Kept are all pieces of Chinese characters (traditional ones too), digits and signs,
    single Latin, Greek, Cyrillic and kana letters, frequent Latin words, acronyms such as `GDP`,
    and the pieces of the prompts. Dropped are the words of other scripts.

    Args:
        index: The piece's id in the full vocabulary (ordered by frequency).
        piece: Its text, with `▁` for a space.
    """
    text = piece.removeprefix(SPACE)
    if piece in PROMPT_PIECES or _OTHER_SINGLE.fullmatch(text):
        return True
    if not _ALPHABET.fullmatch(text):
        return False
    if _HAN_CHARACTER.search(text) or not _LATIN.search(text) or len(text) == 1:
        return True
    return index < FREQUENT or _ACRONYM.fullmatch(text) is not None


def kept_ids(vocabulary: Vocabulary) -> list[int]:
    """Ids of the full vocabulary that are kept, ascending; the specials come first."""
    specials = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk}
    return [index for index, piece in enumerate(vocabulary.pieces) if index in specials or is_kept(index, piece)]


def build_normaliser(mapping: Mapping[int, str]) -> normalizers.Normalizer:
    """Builds the equivalent of SentencePiece's `nmt_nfkc` map.

    NFKC does what the map does, save for characters that it deletes or turns into a
    space, which are replaced first, and for the full-width wave dash `～`, which it
    leaves alone, and which a private-use character shields here.

    Args:
        mapping: Code point -> replacement, as read from the source.
    """
    differing = {chr(code): text for code, text in mapping.items() if unicodedata.normalize("NFKC", chr(code)) != text}
    unexpected = set(differing.values()) - {"", " "}
    if unexpected:
        msg = f"the normalisation map differs from NFKC in {sorted(unexpected)}; extend this builder"
        raise ValueError(msg)
    removed = _character_class(char for char, text in differing.items() if text == "")
    spaces = _character_class(char for char, text in differing.items() if text == " ")
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(removed), ""),
            normalizers.Replace(Regex(spaces), " "),
            normalizers.Replace(_WAVE_DASH, _PRIVATE),
            normalizers.NFKC(),
            normalizers.Replace(_PRIVATE, _WAVE_DASH),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )


def _character_class(characters: Iterable[str]) -> str:
    codes = "".join(f"\\x{{{ord(char):X}}}" for char in sorted(characters))
    return f"[{codes}]"


def build_tokenizer(vocabulary: Vocabulary, kept: list[int], mapping: Mapping[int, str]) -> Tokenizer:
    """Builds the tokenizer over the kept pieces; ids are positions in `kept`.

    Args:
        vocabulary: The full vocabulary.
        kept: Ids of the full vocabulary, ascending.
        mapping: The normalisation map.
    """
    position = {old: new for new, old in enumerate(kept)}
    pieces = [(vocabulary.pieces[old], vocabulary.scores[old]) for old in kept]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=position[vocabulary.unk]))
    tokenizer.normalizer = build_normaliser(mapping)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    special = [vocabulary.pieces[i] for i in (vocabulary.bos, vocabulary.pad, vocabulary.eos)]
    tokenizer.add_special_tokens([*special, vocabulary.pieces[vocabulary.unk]])
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, position[vocabulary.bos]), (eos, position[vocabulary.eos])],
    )
    return tokenizer
