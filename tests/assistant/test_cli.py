"""The command: Chinese help, answers, exit codes; an error is one Chinese sentence that names the remedy.

Most tests call the entry point in this process; a few start the installed command, which takes seconds.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import docx
import httpx
import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from assistant import cli, factory
from assistant.bulk import SCHEMA_FILE
from assistant.settings import BUNDLED_DOCUMENTS, PREFIX
from index.search_index import SearchIndex
from tests.command import Call, Done, is_one_sentence

COMMAND = Path(sys.executable).with_name("policy-assistant")
BUNDLED = BUNDLED_DOCUMENTS / "2023年经济工作要点.txt"
POOL = "供水办法\n一、水源。划定保护区，严禁排污。\n二、水价。按成本核定，低保户减半。\n"

pytestmark = pytest.mark.usefixtures("assistant")


def start(folder: Path, *arguments: str | Path, **environment: str) -> Done:
    """Run the installed command in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    done = subprocess.run(  # noqa: S603 - our own command
        [COMMAND, *map(str, arguments)], cwd=folder, env={**clean, **environment}, capture_output=True, check=False
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["ask"],
        ["verify"],
        ["answer"],
        ["outline"],
        ["targets"],
        ["chat"],
        ["serve"],
        ["mcp"],
        ["check-model"],
        ["index"],
        ["index", "build"],
        ["index", "check"],
    ],
)
def test_help_describes_every_command_and_option_in_chinese(command: list[str]) -> None:
    text = CliRunner().invoke(cli.app, [*command, "--help"]).stdout
    described = [line for line in text.splitlines() if re.match(r"  \S", line) and "--help" not in line]
    assert described
    assert all(re.search("[一-鿿]", line) for line in described)


@pytest.mark.parametrize("command", ["serve", "chat"])
def test_a_server_serves_until_it_is_told_to_end(
    command: str, index_folder: Path, token_file: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    options = ["--port", str(port), "--index", str(index_folder), *(["--no-browser"] if command == "chat" else [])]
    with subprocess.Popen(  # noqa: S603 - our own command
        [COMMAND, command, *options],
        cwd=tmp_path,
        env={**clean, "POLICY_ASSISTANT_API_TOKENS_FILE": str(token_file)},
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr
        started = process.stderr.readline().decode()
        address = f"http://127.0.0.1:{port}"
        assert f"{address}/" in started
        asked = {"id": 1, "question": "第十二条讲什么？"}
        assert httpx.post(f"{address}/api/ask", json=asked, trust_env=False).status_code == 401
        headers = {"Authorization": "Bearer nongyeju-0123456789"}
        reply = httpx.post(f"{address}/api/ask", json=asked, headers=headers, trust_env=False, timeout=60)
        assert reply.json()["citations"]
        process.terminate()
        rest = process.stderr.read().decode()
        assert process.wait(30) == 0
    assert "Traceback" not in rest
    logged = [json.loads(line) for line in rest.splitlines() if line.startswith("{")]
    assert [line.get("client") for line in logged if line["event"] == "request"] == (
        ["", "农业局"] if command == "serve" else []
    )


def test_a_server_that_is_open_to_all_says_so(index_folder: Path, tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:  # noqa: S104 - that is what is tested
        port = str(taken.getsockname()[1])
        done = start(tmp_path, "serve", "--host", "0.0.0.0", "--port", port, "--index", index_folder)  # noqa: S104
    warning, error = done.err.splitlines()
    assert "POLICY_ASSISTANT_API_TOKENS_FILE" in warning
    assert is_one_sentence(error)
    assert port in error


def test_a_bad_token_file_is_one_error(index_folder: Path, tmp_path: Path) -> None:
    tokens = {"POLICY_ASSISTANT_API_TOKENS_FILE": str(tmp_path / "none.txt")}
    done = start(tmp_path, "serve", "--index", index_folder, **tokens)
    assert done.is_one_error("令牌文件“none.txt”无法读取")


def test_ask_prints_the_answer(call: Call) -> None:
    done = call("ask", "农业方面有哪些目标？")
    assert (done.code, done.err) == (0, "")
    assert "确保粮食产量稳定在*亿斤以上。〔" in done.out
    assert "（六）稳住农业发展基础（二、推动产业质效提升）" in done.out


def test_refusal_is_an_answer_and_no_error(call: Call) -> None:
    done = call("ask", "第三十条是什么？")
    assert (done.code, done.err) == (0, "")
    assert done.out == "文件的条款编号从 1 到 28，没有第 30 条。\n"


def test_ask_json_prints_the_promised_format(call: Call) -> None:
    done = call("ask", "第十二条", "--json")
    record = json.loads(done.out)
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate({**record, "id": 1, "elapsed_ms": 0})
    assert [citation["label"] for citation in record["citations"]] == ["（十二）"] * len(record["citations"])


def test_ask_writes_a_sheet_that_verify_finds_unaltered(call: Call, tmp_path: Path) -> None:
    plain = call("ask", "农业方面有哪些目标？")
    done = call("ask", "农业方面有哪些目标？", "--docx", "答复.docx")
    assert done == plain
    checked = call("verify", "答复.docx")
    assert (checked.code, checked.err) == (0, "")
    lines = checked.out.splitlines()
    assert lines[0] == "一致　第 1 条引文　（六）稳住农业发展基础"
    assert len(lines) == plain.out.count("· ") + 1
    assert lines[-1].startswith("这份答复单没有改动")


def test_sheet_of_a_refusal_can_be_verified(call: Call, tmp_path: Path) -> None:
    assert call("ask", "第三十条是什么？", "--docx", "答复.docx").code == 0
    assert call("verify", "答复.docx").out == "这份答复单没有改动：没有引文；其余文字与机读副本相同。\n"


def test_ask_explains_itself(call: Call) -> None:
    plain, done = call("ask", "怎样扩大消费？"), call("ask", "怎样扩大消费？", "--explain")
    answer, reasons = done.out.split("\n为什么这样答\n")
    assert (done.code, answer) == (0, plain.out)
    assert reasons.startswith("查找方式：检索意思和用词相近的条款\n")
    assert re.search(r"^1\. 100%，读后认为答了所问的可能 \d+%，已引用：", reasons, re.MULTILINE)
    record = json.loads(call("ask", "怎样扩大消费？", "--explain", "--json").out)
    assert "".join(f"{line}\n" for line in record["explanation"]) == reasons


def test_verify_names_an_altered_quote_and_ends_with_one(call: Call, tmp_path: Path) -> None:
    call("ask", "农业方面有哪些目标？", "--docx", "答复.docx")
    document = docx.Document(str(tmp_path / "答复.docx"))
    quote = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("〔2〕"))
    quote.runs[0].text = "〔2〕确保生猪出栏200万头以上。"
    document.save(str(tmp_path / "改过.docx"))
    done = call("verify", "改过.docx")
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("一致　第 1 条引文")
    assert lines[1].startswith("不符　第 2 条引文")
    assert re.fullmatch("  第 2 条引文与原文不符：原文为“.*”，答复单为“确保生猪出栏200万头以上。”。", lines[2])
    assert lines[-1] == "这份答复单有 1 处不符，请以原文为准，不要使用。"


def test_verify_against_another_index_names_the_document(call: Call, tmp_path: Path) -> None:
    (tmp_path / "文件").mkdir()
    (tmp_path / "文件" / "供水.txt").write_text(POOL, encoding="utf-8")
    call("ask", "农业方面有哪些目标？", "--docx", "答复.docx")
    assert call("index", "build", "--documents", "文件", "--index", "索引").code == 0
    done = call("verify", "答复.docx", "--index", "索引")
    assert done.code == 1
    assert "文件“2023年经济工作要点”不在索引中，无法核对，请用 --index 指定含有它的索引。" in done.out


def test_sheets_that_cannot_be_used_are_one_sentence(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"nonsense")
    assert call("verify", "x.docx").is_one_error("x.docx", "不是完好的 .docx")
    assert call("verify", "none.docx").is_one_error("none.docx", "无法读取")
    assert call("verify", tmp_path).is_one_error("无法读取")
    (tmp_path / "q.txt").write_text("甲", encoding="utf-8")
    assert call("ask", "目录", "--docx", "q.txt").is_one_error("q.txt", ".docx 结尾")
    assert (tmp_path / "q.txt").read_text(encoding="utf-8") == "甲"
    assert call("ask", "目录", "--docx", tmp_path / "no" / "a.docx").is_one_error("a.docx", "无法写入")


@pytest.mark.parametrize(
    "question", ["<script>alert(1)</script>第十二条", "[red]第十二条[/red]", "$(id) `id` 第十二条 {x}"]
)
def test_markup_in_the_question_stays_text(call: Call, question: str) -> None:
    assert json.loads(call("ask", "--json", question).out)["question"] == question


@pytest.mark.parametrize(("question", "word"), [("", "空"), ("？！", "空"), ("甲" * 501, "501 字")])
def test_unusable_question_is_one_sentence(call: Call, question: str, word: str) -> None:
    assert call("ask", question).is_one_error(word)


def test_answer_writes_a_line_for_each_good_line_and_names_the_bad(call: Call, tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "question": "农业方面有哪些目标？"}',
        "nonsense",
        "",
        '{"id": "二", "question": "第十二条"}',
        '{"id": 3}',
    ]
    (tmp_path / "q.jsonl").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    done = call("answer", "--input", "q.jsonl", "--output", "a.jsonl")
    assert (done.code, done.out) == (2, "")
    named = [line for line in done.err.splitlines() if line.startswith("第 ")]
    assert [re.findall(r"\d+", line)[0] for line in named] == ["2", "5"]
    assert "有 2 行没有回答" in done.err.splitlines()[-1]
    written = (tmp_path / "a.jsonl").read_bytes()
    assert b"\r" not in written
    schema = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    records = [json.loads(line) for line in written.splitlines()]
    for record in records:
        schema.validate(record)
    assert [record["id"] for record in records] == [1, "二"]


def test_answer_without_bad_lines_succeeds(call: Call, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": 1, "question": "目录"}\n', encoding="utf-8")
    done = call("answer", "--input", "q.jsonl", "--output", "a.jsonl")
    assert (done.code, done.err) == (0, "")
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert call("answer", "--input", "empty.jsonl", "--output", "b.jsonl").code == 0
    assert (tmp_path / "b.jsonl").read_bytes() == b""


def test_answer_files_that_cannot_be_used_are_named(call: Call, tmp_path: Path) -> None:
    assert call("answer", "--input", "none.jsonl", "--output", "a.jsonl").is_one_error("none.jsonl")
    (tmp_path / "q.jsonl").write_text('{"id": 1, "question": "目录"}\n', encoding="utf-8")
    assert call("answer", "--input", "q.jsonl", "--output", tmp_path / "no" / "a.jsonl").is_one_error("a.jsonl")
    assert call("answer", "--input", "q.jsonl", "--output", tmp_path).is_one_error("无法写入")
    before = (tmp_path / "q.jsonl").read_bytes()
    assert call("answer", "--input", "q.jsonl", "--output", "q.jsonl").is_one_error("另指一个文件")
    assert (tmp_path / "q.jsonl").read_bytes() == before


def test_outline_shows_the_tree(call: Call) -> None:
    done = call("outline", BUNDLED)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].strip() == "2023年经济工作要点"
    assert sum(bool(re.search("[├└]── [一二三四五六七八]、", line)) for line in lines) == 8
    assert sum(bool(re.search("[├└]── （", line)) for line in lines) == 28
    assert "8 个部分，28 条" in lines[-1]


def test_outline_json_gives_label_path_and_place(call: Call) -> None:
    record = json.loads(call("outline", BUNDLED, "--json").out)
    assert record["title"] == "2023年经济工作要点"
    assert [clause["label"] for clause in record["clauses"][:2]] == ["开篇", "（一）"]
    assert len(record["clauses"]) == 29
    source = BUNDLED.read_text(encoding="utf-8").splitlines()
    for clause in record["clauses"][1:]:
        assert set(clause) == {"label", "path", "heading", "start", "end", "line"}
        assert clause["path"][-1] == clause["label"]
        assert clause["start"] < clause["end"]
        assert clause["heading"] in source[clause["line"] - 1]


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03", b"", b"%PDF-1.7 \x00", b"\x89PNG\r\n\x1a\n\x00"])
def test_file_that_is_no_document_is_one_sentence(call: Call, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    assert call("outline", "x.txt").is_one_error("x.txt")


def test_missing_document_is_one_sentence(call: Call) -> None:
    assert call("outline", "/no/such/file.txt").is_one_error("file.txt")


def test_outline_has_no_markup_of_its_own(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("[red]办法[/red]\n一、[bold]总则[/bold]。\n", encoding="utf-8")
    assert "[bold]总则[/bold]" in call("outline", "x.txt").out


def test_index_check_describes_a_sound_index(call: Call) -> None:
    done = call("index", "check")
    assert (done.code, done.out, done.err) == (0, "索引完好：1 份文件，29 条。\n", "")


def test_index_is_built_from_other_documents_and_answers_from_them(call: Call, tmp_path: Path) -> None:
    (tmp_path / "文件").mkdir()
    (tmp_path / "文件" / "供水.txt").write_text(POOL, encoding="utf-8")
    done = call("index", "build", "--documents", "文件", "--index", "索引")
    assert (done.code, done.out) == (0, "索引已建好：1 份文件，2 条。\n")
    assert call("index", "check", "--index", "索引").code == 0
    assert "低保户减半" in call("ask", "第二条", "--index", "索引").out


def test_first_question_builds_the_index(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "文件").mkdir()
    (tmp_path / "文件" / "供水.txt").write_text(POOL, encoding="utf-8")
    monkeypatch.setenv("POLICY_ASSISTANT_DOCUMENTS", "文件")
    monkeypatch.delenv("POLICY_ASSISTANT_INDEX")
    done = call("ask", "最后一条")
    assert done.code == 0
    assert "低保户减半" in done.out
    assert (tmp_path / ".policy-index" / "CURRENT").exists()


@pytest.mark.parametrize(
    "make", [lambda folder: None, lambda folder: folder.mkdir(), lambda folder: folder.write_text("x")]
)
def test_folder_without_documents_is_one_sentence(call: Call, tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "none")
    assert call("index", "build", "--documents", "none", "--index", "i").is_one_error()
    assert not (tmp_path / "i" / "CURRENT").exists()


def test_missing_index_names_the_command_that_builds_it(call: Call) -> None:
    assert call("index", "check", "--index", "none").is_one_error("policy-assistant index build")


@pytest.mark.parametrize("pattern", ["CURRENT", "gen-*/manifest.json", "gen-*/documents.jsonl", "gen-*/sentence.faiss"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_damaged_index_names_the_command_that_mends_it(
    call: Call, tmp_path: Path, index_folder: Path, pattern: str, harm: str
) -> None:
    shutil.copytree(index_folder, tmp_path / "i")
    (path,) = (tmp_path / "i").glob(pattern)
    data = path.read_bytes()
    if harm == "remove":
        path.unlink()
    else:
        middle = len(data) // 2
        path.write_bytes(data[:middle] + (bytes([data[middle] ^ 1]) + data[middle + 1 :] if harm == "flip" else b""))
    assert call("index", "check", "--index", "i").is_one_error("policy-assistant index build")


def test_unknown_setting_in_the_environment_is_one_sentence(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_INDX", "x")
    assert call("ask", "农业").is_one_error("POLICY_ASSISTANT_INDX")


def test_impossible_setting_is_one_sentence(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_THREADS", "many")
    assert call("ask", "农业").is_one_error("threads")


def test_chat_model_that_cannot_be_used_is_one_sentence(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_ASSISTANT_CHAT_MODEL", "nobody:model")
    assert call("ask", "农业").is_one_error("nobody:model")


def test_defect_shows_nothing_from_inside_unless_asked_to(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> SearchIndex:
        raise RuntimeError("secret /srv")

    monkeypatch.setattr(factory, "check_index", broken)
    done = call("index", "check")
    assert (done.code, done.out) == (1, "")
    assert "secret" not in done.err
    assert "POLICY_ASSISTANT_DEBUG=1" in done.err
    monkeypatch.setenv("POLICY_ASSISTANT_DEBUG", "1")
    monkeypatch.setattr(sys, "argv", ["policy-assistant", "index", "check"])
    with pytest.raises(RuntimeError, match="secret"):
        cli.main()


def test_interrupt_ends_quietly(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> SearchIndex:
        raise KeyboardInterrupt

    monkeypatch.setattr(factory, "check_index", interrupted)
    done = call("index", "check")
    assert done.code == 130
    assert "Traceback" not in done.err


def test_installed_command_answers_in_utf8_whatever_the_locale(tmp_path: Path, index_folder: Path) -> None:
    done = start(tmp_path, "ask", "第十二条", "--index", index_folder, LC_ALL="C", LANG="C")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("第十二条的内容如下：\n")


def test_installed_command_gives_the_same_answer_in_every_process(tmp_path: Path, index_folder: Path) -> None:
    runs = [
        start(
            tmp_path,
            "ask",
            "--json",
            "怎样扩大消费？",
            "--index",
            index_folder,
            PYTHONHASHSEED=seed,
            OMP_NUM_THREADS=seed,
        )
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert json.loads(runs[0].out)["citations"]


def test_installed_command_ends_with_two_on_an_error(tmp_path: Path) -> None:
    assert start(tmp_path, "ask", "农业", POLICY_ASSISTANT_NONSENSE="1").is_one_error("POLICY_ASSISTANT_NONSENSE")
    missing = start(tmp_path, "ask")
    assert missing.code == 2
    assert "Traceback" not in missing.err
