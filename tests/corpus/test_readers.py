"""Files of the encodings in use are read; all others are refused in one Chinese sentence that names the remedy."""

import hashlib
import re
from pathlib import Path

import pytest

from corpus import Document, document_from_text, read_document, read_folder
from corpus.errors import DocumentError, PolicyAssistantError
from corpus.readers import MAX_BYTES

TEXT = "工作要点\n一、总体要求\n坚持稳中求进。\n"


def refusal(path: Path, remedy: str) -> str:
    """The message with which a file or folder is refused, checked for what holds of all messages."""
    with pytest.raises(DocumentError) as caught:
        read_folder(path) if path.is_dir() or not path.suffix else read_document(path)
    message = str(caught.value)
    assert re.fullmatch(r"[^。\n]+。", message), "one sentence"
    assert remedy in message
    assert message.endswith("后重试。") or message.endswith("文件。")
    assert str(path.parent) not in message
    assert "Traceback" not in message
    assert "Error" not in message
    return message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encodings_in_use_give_the_same_text(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(TEXT.encode(encoding))
    document = read_document(path)
    assert document.text == TEXT
    assert document.repairs == ()


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf16_is_read_by_its_byte_order_mark(mark: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(mark + TEXT.encode(encoding))
    assert read_document(path).text == TEXT


def test_gb18030_holds_rare_characters(tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes("𠮷镇、䶮县、€".encode("gb18030"))
    assert read_document(path).text == "𠮷镇、䶮县、€"


def test_the_fields_tell_the_source(tmp_path: Path) -> None:
    path = tmp_path / "2023.经济.要点.MD"
    data = TEXT.encode("gb18030")
    path.write_bytes(data)
    document = read_document(path)
    assert (document.name, document.source_name) == ("2023.经济.要点", "2023.经济.要点.MD")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.id == hashlib.sha256(TEXT.encode()).hexdigest()[:16]


def test_the_id_comes_from_the_content_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "甲.txt", tmp_path / "乙.txt"
    first.write_bytes(TEXT.encode())
    second.write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    assert read_document(first).id == read_document(second).id
    assert read_document(first).sha256 != read_document(second).sha256


def test_the_bundled_document_is_read(bundled: Document) -> None:
    assert (bundled.name, bundled.title) == ("2023年经济工作要点", "2023年经济工作要点")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "要点.txt" in refusal(tmp_path / "要点.txt", "请检查路径")


def test_a_folder_named_like_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "要点.txt").mkdir()
    with pytest.raises(DocumentError, match=r"^找不到文件“要点\.txt”"):
        read_document(tmp_path / "要点.txt")


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", "\ufeff".encode(), "\u3000\u200b\n".encode()])
def test_a_file_without_text_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(data)
    refusal(path, "请换一份")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\x14\x00\x06\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", TEXT.encode("utf-16-le")]
)
def test_a_binary_file_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(data)
    refusal(path, "另存为 UTF-8")


@pytest.mark.parametrize("data", [b"\xff\xff\xff", b"\xff\xfe\x00\xd8\x41\x00", b"\xef\xbb\xbf\xff"])
def test_an_unreadable_encoding_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    path.write_bytes(data)
    refusal(path, "另存为 UTF-8")


@pytest.mark.parametrize("name", ["要点.docx", "要点.pdf", "要点.html", "要点.txt.bak"])
def test_an_unknown_format_is_refused_and_the_known_ones_are_named(name: str, tmp_path: Path) -> None:
    message = refusal(tmp_path / name, "转换为 .txt、.md 之一")
    assert name in message


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "要点.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    refusal(path, "请拆分")


def test_a_name_too_long_for_the_machine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"重试。$"):
        read_document(tmp_path / ("长" * 200 + ".txt"))


def test_a_folder_is_read_by_name(tmp_path: Path) -> None:
    for name in ("乙.md", "甲.txt", "丙.TXT"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert [document.source_name for document in read_folder(tmp_path)] == ["丙.TXT", "乙.md", "甲.txt"]


def test_a_folder_may_hold_other_and_hidden_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "要点.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "表.xlsx").write_bytes(b"PK\x00")
    (tmp_path / "._要点.txt").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "旧.txt").mkdir()
    assert [document.name for document in read_folder(tmp_path)] == ["要点"]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("要点.txt", "要点.md"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert "“要点”" in refusal(tmp_path, "请给其中一份改名")


def test_one_bad_file_refuses_the_folder_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "乙.txt").write_bytes(b"")
    assert "乙.txt" in refusal(tmp_path, "请换一份")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path, "请放入 .txt、.md 文件")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path / "没有", "请检查路径")


def test_text_without_a_file_is_taken_in() -> None:
    document = document_from_text(TEXT, "要点")
    assert (document.name, document.sha256) == ("要点", hashlib.sha256(TEXT.encode()).hexdigest())


def test_text_with_half_a_surrogate_is_taken_in() -> None:
    assert document_from_text("甲\ud800乙", "要点").text == "甲乙"


def test_errors_of_this_package_stand_in_the_tree() -> None:
    assert issubclass(DocumentError, PolicyAssistantError)
