"""Recognising the questions that ask for every clause in which something stands."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.list_words import (
    ABOUT,
    ADDRESS,
    BEFORE_SUBJECT,
    BODY,
    COUNTED_IN,
    EDGE,
    FRAMES,
    IS_LIST,
    JOINING,
    NAMES_SUBJECT,
    OF_KIND,
    OVERVIEW,
    RELATES,
    REMARK,
    ROLES,
    SAYS,
    SLIP,
    UNWANTED,
    WITHOUT,
)
from corpus.numbering import numeral_value
from index.tokenizer import search_form, word_classes

_PART = re.compile(
    "^(?:在|把|将)?第(?P<number>[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:个?部分|章|编|大部分)[里中内的]*"
)
_QUOTES = str.maketrans("「」『』‘’〝〞", "“”“”“”“”")
_STRAIGHT = re.compile("[\"']([^\"']+)[\"']")
_QUOTED = re.compile("[“《]([^”》]+)[”》]")

_ASIDE = re.compile("[(]([^()]+)[)]")
_PIECES = re.compile("[,。?!;:]")

Cut = Callable[[str], Iterable[str]]
"""Cuts a text in search form into words."""


class Reading(StrEnum):
    """How the subject is meant.

    Of QUOTED, the word between quotation marks counts and no other; of WORD, the thing under any of its names; of
    TOPIC, what has to do with it.
    """

    QUOTED = "quoted"
    WORD = "word"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A question for every clause in which something stands; all texts in search form.

    Attributes:
        subjects: what is looked for, each on its own; `×` stands for any words.
        reading: how they are meant.
        roles: how a body that is named must take part (`牵头`, `负责`, `参与`, `配合`); empty if that is not asked.
        excluded: words in which a subject must not be counted.
        part: the number of the part that the question is limited to; None for the whole.
        at_once: whether a clause must hold all subjects, rather than one of them.
        without: what a clause must not hold; "" if that is not asked.
    """

    subjects: tuple[str, ...]
    reading: Reading
    roles: frozenset[str] = frozenset()
    excluded: tuple[str, ...] = ()
    part: int | None = None
    at_once: bool = False
    without: str = ""


def read_list_question(asked: str, cut: Cut) -> ListQuestion | None:
    """The list that is asked for; None if the question asks for no list of clauses, or names nothing to look for.

    `asked` is in any form; words that name the document have been taken out. `cut` cuts it into words.
    """
    text = COUNTED_IN.sub("", SLIP.sub("哪", normal_form(asked)))
    part = _PART.match(text)
    text, number = (text[part.end() :], numeral_value(part["number"])) if part else (text, None)
    main, remarks = _without_remarks(text)
    without = WITHOUT.search(main)
    main = WITHOUT.sub("", main)
    if not IS_LIST.search(main) or (OVERVIEW.search(main) and not NAMES_SUBJECT.search(main)):
        return None
    quoted = [word for word in _QUOTED.findall(main) if any(char.isalnum() for char in word)]
    subjects = quoted or _subjects(main, cut)
    if not subjects:
        return None
    return ListQuestion(
        subjects=tuple(dict.fromkeys(subjects)),
        reading=_reading(main, bool(quoted)),
        roles=_roles(main, subjects),
        excluded=tuple(match["word"] for remark in remarks if (match := UNWANTED.match(remark))),
        part=number,
        at_once="同时" in main,
        without="".join(_trimmed(without["words"].strip("“”"), cut)) if without else "",
    )


def names_nothing(asked: str, cut: Cut) -> bool:
    """Whether a piece of a question only goes on asking (`分别在哪几条`), or remarks on what counts (`开头也算`)."""
    text = normal_form(asked)
    return bool(REMARK.search(text)) or not (_QUOTED.search(text) or _subjects(text, cut))


def normal_form(asked: str) -> str:
    """Search form, without white space, all quotation marks alike."""
    text = "".join(search_form(asked).split()).translate(_QUOTES)
    return _STRAIGHT.sub(r"“\1”", text)


def _without_remarks(text: str) -> tuple[str, list[str]]:
    """The question, and the remarks on what is to be counted (`高新区不是`, `开头也算`)."""
    pieces = re.split(r"(?<=[,。?!;()])", text)
    remarks = [piece for piece in pieces[1:] if REMARK.search(piece)]
    return "".join(piece for piece in pieces if piece not in remarks), remarks


def _reading(text: str, is_quoted: bool) -> Reading:
    if is_quoted and (SAYS.search(text) or not RELATES.search(text)):
        return Reading.QUOTED
    return Reading.WORD if SAYS.search(text) else Reading.TOPIC


def _roles(text: str, subjects: list[str]) -> frozenset[str]:
    named = {role for role in ROLES if role in text}
    return frozenset(named) if all(BODY.search(subject) for subject in subjects) else frozenset()


def _subjects(text: str, cut: Cut) -> list[str]:
    """What is looked for: what a word of saying is followed by, or else the longest of the stretches that are left.

    A stretch is what is left of the question when the words of asking are taken out; where it says in which piece
    something is said (`优待金在哪些条款里出现，包括…`), of that piece.
    """
    alternatives = _ASIDE.findall(text)
    main = _ASIDE.sub("", text)
    pieces = [piece for piece in _PIECES.split(main) if ABOUT.search(piece)]
    for tried in (_said(main), *pieces, main):
        found = _named(_longest_stretch(tried, cut), cut)
        if found:
            return [*found, *(name for aside in alternatives for name in _named(_longest_stretch(aside, cut), cut))]
    return []


def _said(text: str) -> str:
    """What stands behind the last word of saying or relating, in the same piece."""
    said = list(BEFORE_SUBJECT.finditer(text))
    return _PIECES.split(text[said[-1].end() :])[0] if said else ""


def _longest_stretch(text: str, cut: Cut) -> list[str]:
    stretches = [_trimmed(OF_KIND.sub("", stretch), cut) for stretch in FRAMES.sub("|", text).split("|")]
    return max(stretches, key=lambda words: sum(map(len, words)), default=[])


def _named(stretch: Sequence[str], cut: Cut) -> list[str]:
    """The things that a stretch names, each on its own."""
    pieces: list[list[str]] = [[]]
    shares = False
    for word in stretch:
        if word in JOINING:
            pieces.append([])
            shares = shares or word != "、"
        else:
            pieces[-1].append(word)
    trimmed = [_trimmed("".join(piece), cut) for piece in pieces]
    found = ["".join(piece) for piece in (_completed(trimmed) if shares else trimmed)]
    return [piece for piece in found if piece and not ADDRESS.search(piece)]


def _completed(pieces: list[list[str]]) -> list[list[str]]:
    """Single words before the last piece with what they share with it.

    `照顾或扶持中小企业`: both verbs with the object; `用户和公众能投诉`: both nouns with the predicate.
    """
    *single, last = pieces
    tail = last[1:]
    if not single or len("".join(tail)) < 2 or any(len(piece) != 1 for piece in single):
        return pieces
    both_verbs = all(_is_verb(piece[0]) for piece in pieces)
    return [[*piece, *tail] for piece in pieces[:-1]] + [last] if both_verbs or _is_verb(tail[0]) else pieces


def _is_verb(word: str) -> bool:
    return word == "的" or word_classes().get(word) == "v"


def _trimmed(text: str, cut: Cut) -> list[str]:
    """The words of a text without those at its ends that name nothing."""
    words = list(cut(text))
    while words and EDGE.fullmatch(words[0]):
        del words[0]
    while words and EDGE.fullmatch(words[-1]):
        del words[-1]
    return words
