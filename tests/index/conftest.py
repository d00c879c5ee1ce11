"""What the tests of `index` share: the bundled document, two invented ones, and a dictionary that loads at once."""

from collections.abc import Iterator
from pathlib import Path

import jieba
import pytest

import corpus
from corpus import Document, ParsedDocument, document_from_text, parse, read_document
from tests.index.fakes import HashEmbedder

ROADS = """村道养护办法

一、养护责任
（一）分段负责。村道由沿线各村分段养护，推行“路长制”。每季度巡查一次。
（二）经费保障。县级财政每年安排养护经费30万元；不足部分由乡镇筹集。
二、监督检查
（三）公开结果。检查结果在村务公开栏公示，接受群众监督。
"""
WATER = """水库管理规定

第一条 水库实行分级管理，禁止在库区网箱养鱼。
第二条 汛期每日观测水位*次，及时上报防汛指挥机构。
第三条 违反本规定的，责令改正，并处以罚款。
"""


@pytest.fixture(scope="session")
def bundled() -> Document:
    return read_document(Path(corpus.__file__).parent / "documents" / "2023年经济工作要点.txt")


@pytest.fixture(scope="session")
def bundled_parse(bundled: Document) -> ParsedDocument:
    return parse(bundled)


@pytest.fixture(scope="session")
def roads() -> Document:
    return document_from_text(ROADS, "村道.txt")


@pytest.fixture(scope="session")
def water() -> Document:
    return document_from_text(WATER, "水库.txt")


@pytest.fixture(scope="session")
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture(scope="module")
def small_dictionary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Jieba reads four words instead of 350,000: where words need not mean anything, a second a time is saved."""
    path = tmp_path_factory.mktemp("jieba") / "dict.txt"
    path.write_text("养护 9 v\n经费 9 n\n水库 9 n\n汛期 9 n\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jieba.Tokenizer, "get_dict_file", lambda _: path.open("rb"))
        yield
