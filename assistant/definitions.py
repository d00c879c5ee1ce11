"""Whether a sentence says what a term means. All texts are in the form of `plain`."""

import re

from index.tokenizer import search_form

_OPENING = str.maketrans(dict.fromkeys("„‟〝「『", "“") | dict.fromkeys("〞」』", "”") | {"＂": '"'})
_START = r"(?:^|[,;。:、(]|所[称指说]的?|有关|其中|“)"
_RULES = (
    # 本办法所称X是指…；所谓X即…
    r"所[称指说]的?{term}",
    r"所谓的?{term},?(?:就?是|即|指)",
    r"{term}(?:\([^()]*\))?(?:的(?:规定|含义|范围|定义))?,?(?:均|都|主要|通常|一般)?(?:是指|系指|指的是|特指|专指|即(?![将可使便日时刻期食]))",
    r"{start}{term}(?:的(?:规定|含义|范围))?指(?![标导挥定数示向引出明南令])",
    r"{start}{term},?(?:是(?:把|以|对|由|将|一种|指|通过|按)|包括|包含|分为|由[^,;。]*(?:组成|构成))",
    r"{start}{term}:(?=.)",
    # …（以下简称X）
    r"(?:简称|统称|合称|称为|称作|叫做|通称)(?:为)?{term}",
)
_SPELLED_OUT = (
    # X（全称）；“X”教师（…）；全称（X）
    r"(?:{bare}|“{bare}”\w{{0,2}})\((?!以下|简称|见|详见)[^()]*\w{{4}}[^()]*\)",
    r"\w{{2}}\({term}\)",
    # “甲、乙、丙”的X；甲、乙、丙等“X”
    r"“[^“”*]*、[^“”*]*”的?{term}",
    r"、[^,;。:“”]*等的?{counted}",
)
_MARKS = re.compile("[“”‘’'《》〈〉【】]")
_NUMBERED = re.compile("[零一二三四五六七八九十百千两双][^年月日]")


def plain(text: str) -> str:
    """Search form without white space, every pair of double quotation marks as `“”`."""
    pieces = "".join(search_form(text.translate(_OPENING)).split()).split('"')
    marked = pieces[0]
    for piece in pieces[1:]:
        marked += ("”" if marked.rfind("“") > marked.rfind("”") else "“") + piece
    return marked


def bare(text: str) -> str:
    """The same without quotation marks and title marks of any kind."""
    return _MARKS.sub("", plain(text))


def defines(sentence: str, term: str) -> bool:
    """Whether the sentence defines the term, or introduces it as a short form."""
    return _any(_RULES, sentence, term)


def spells_out(sentence: str, term: str) -> bool:
    """Whether the sentence writes the term out in brackets beside it, or lists what it stands for in front of it."""
    return _any(_SPELLED_OUT, sentence, term)


def _any(forms: tuple[str, ...], sentence: str, term: str) -> bool:
    word = re.escape(term)
    either = rf"“?{word}”?"
    counted = either if _NUMBERED.match(term) else f"“{word}”"
    filled = (form.format(term=either, bare=word, counted=counted, start=_START) for form in forms)
    return any(re.search(pattern, sentence) for pattern in filled)


def hides_beside(sentence: str, term: str) -> bool:
    """Whether a `*` stands next to the term, be it across a quotation mark: `“*粮仓”`, `“*”工作取向`."""
    word = re.escape(term.strip("*"))
    return re.search(rf"\*[“”]?{word}|{word}[“”]?\*", sentence) is not None
