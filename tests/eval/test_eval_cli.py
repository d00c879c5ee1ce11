"""`policy-assistant eval`: asks through each door, writes every file, says in one Chinese sentence what is wrong."""

import json
import re
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.assistant import Assistant
from assistant.bulk import answer_request
from eval.cli import app
from eval.figures import Figures
from tests.assistant.openai_server import Reply, serving
from tests.command import Call, Done
from tests.eval.scripted import NAME

QUESTIONS: list[dict[str, Any]] = [
    {"id": "grain", "question": "粮食产量要达到多少？", "kind": "figure", "gold": [6], "flags": ["masked"],
     "quotes": ["确保粮食产量稳定在*亿斤以上"]},
    {"id": "pigs", "question": "生猪呢？", "kind": "followup", "gold": ["二/（六）"],
     "history": [{"role": "user", "content": "粮食产量要达到多少？"}, {"role": "assistant", "content": "见（六）。"}]},
    {"id": "parts", "question": "文件共有几个部分？", "kind": "structure"},
    {"id": "passport", "question": "GPT-5的API接口怎么收费？", "kind": "unanswerable", "reason": "超出本文件范围"},
    {"id": "later", "question": "怎样扩大消费？", "gold": ["一/（二）"], "split": "test"},
]  # fmt: skip
FILES = {"run.trec", "qrels.trec", "questions.jsonl", "figures.json", "report.html"}

pytestmark = pytest.mark.usefixtures("assistant")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    path = tmp_path / "小题.jsonl"
    lines = [{"split": "dev", "document": f"{NAME}.txt", **one} for one in QUESTIONS]
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8-sig")
    return path


@pytest.fixture
def evaluated(call: Call, dataset: Path) -> Done:
    """A run with all that can be left out left out."""
    return call("eval", "--dataset", dataset)


def folder(tmp_path: Path) -> Path:
    """Where that run goes."""
    return tmp_path / ".policy-eval" / "小题-dev"


def scores(path: Path) -> Mapping[str, Mapping[str, float]]:
    return Figures.load(path).scores


def test_a_run_writes_every_file_and_prints_the_figures(evaluated: Done, tmp_path: Path) -> None:
    assert (evaluated.code, evaluated.err) == (0, "")
    assert {path.name for path in folder(tmp_path).iterdir()} == FILES
    figures = Figures.load(folder(tmp_path))
    assert (figures.dataset, figures.split, figures.system) == ("小题", "dev", "本程序")
    assert list(figures.scores) == ["grain", "pigs", "parts", "passport"]
    assert figures.scores["grain"] == {**figures.scores["grain"], "hit@1": 1, "evidence": 1, "mask fidelity": 1}
    assert figures.scores["pigs"]["citation recall"] == 1  # which it could not be without what came before
    passport, right = figures.scores["passport"], {"number closure": 1, "refusal recall": 1, "refusal precision": 1}
    assert passport == {**passport, **right}
    assert passport.keys() - right == {"refusal type", "Brier score"}
    assert passport["Brier score"] < 0.25
    assert re.search(r"第一条就对 *│ 2 +│ 1\.000 │ 1\.000–1\.000", evaluated.out)
    assert "报告：.policy-eval/小题-dev/report.html" in evaluated.out


def test_the_same_run_gives_the_same_files_but_for_the_times(
    call: Call, evaluated: Done, dataset: Path, tmp_path: Path
) -> None:
    again = call("eval", "--dataset", dataset, "--output", "又一次")
    assert (again.code, evaluated.code) == (0, 0)
    for name in ("run.trec", "qrels.trec"):
        assert (tmp_path / "又一次" / name).read_bytes() == (folder(tmp_path) / name).read_bytes()
    assert scores(tmp_path / "又一次") == scores(folder(tmp_path))
    assert call("eval", "compare", folder(tmp_path), "又一次").code == 0


def test_splits_are_chosen(call: Call, dataset: Path, tmp_path: Path) -> None:
    assert call("eval", "--dataset", dataset, "--split", "test").code == 0
    assert list(scores(tmp_path / ".policy-eval" / "小题-test")) == ["later"]
    assert call("eval", "--dataset", dataset, "--split", "all", "--output", "全部").code == 0
    assert len(scores(tmp_path / "全部")) == len(QUESTIONS)


@pytest.mark.usefixtures("evaluated")
def test_answers_of_the_answer_command_score_like_answers_to_the_questions(
    call: Call, dataset: Path, tmp_path: Path
) -> None:
    assert call("answer", "--input", dataset, "--output", "a.jsonl").code == 0
    done = call("eval", "--dataset", dataset, "--answers", "a.jsonl", "--output", "结果")
    assert (done.code, done.err) == (0, "")
    assert scores(tmp_path / "结果") == scores(folder(tmp_path))
    times = [json.loads(line)["elapsed_ms"] for line in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert Figures.load(tmp_path / "结果").latency["p95"] in times[:4]


@pytest.fixture
def server(assistant: Assistant) -> Iterator[str]:
    """The address of a server that answers like `policy-assistant chat` answers programs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            line = self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(answer_request(assistant, line), ensure_ascii=False).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep standard error clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/api/ask"
        http.shutdown()
        thread.join()


@pytest.mark.usefixtures("evaluated")
def test_a_running_server_scores_like_the_assistant_behind_it(
    call: Call, dataset: Path, tmp_path: Path, server: str
) -> None:
    done = call("eval", "--dataset", dataset, "--endpoint", server, "--output", "结果")
    assert (done.code, done.err) == (0, "")
    assert scores(tmp_path / "结果") == scores(folder(tmp_path))
    assert Figures.load(tmp_path / "结果").system == "运行中的服务"


@pytest.mark.usefixtures("evaluated")
def test_baselines_are_asked_the_same_and_kept_beside_the_assistant(call: Call, dataset: Path, tmp_path: Path) -> None:
    done = call("eval", "--dataset", dataset, "--baselines", "--output", "结果")
    assert (done.code, done.err) == (0, "")
    found = [Figures.load(path) for path in sorted((tmp_path / "结果" / "systems").iterdir())]
    systems = {one.system: one.scores for one in found}
    assert len(systems) == len(found) > 10
    assert found[0].system == "本程序"
    assert found[0].scores == scores(tmp_path / "结果") == scores(folder(tmp_path))
    assert all(list(one) == ["grain", "pigs", "parts", "passport"] for one in systems.values())
    assert systems["去掉拒答判断"]["passport"]["refusal recall"] == 0
    assert systems["去掉追问的理解"]["grain"] == found[0].scores["grain"]
    ranked = systems["只用向量模型（整条比较）"]
    assert set(ranked["grain"]) == {"hit@1", "hit@5", "recall@5", "recall@10", "MRR@10", "nDCG@10"}
    assert ranked["passport"] == {}
    assert all(one.system in (tmp_path / "结果" / "report.html").read_text(encoding="utf-8") for one in found)


@pytest.fixture
def water(tmp_path: Path) -> Path:
    """A question about two rules for water, of which only the one in `新` answers it; `供水` stands beside it."""
    for name, second in {"供水": "低保户减半", "新": "低保户全免"}.items():
        (tmp_path / name).mkdir()
        text = f"供水办法\n一、水源。划定保护区。\n二、水价。{second}。\n"
        (tmp_path / name / "办法.txt").write_text(text, encoding="utf-8")
    record = {"id": 1, "question": "第二条", "gold": [2], "document": "办法.txt", "quotes": ["低保户全免"]}
    (tmp_path / "供水.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_documents_beside_a_dataset_or_given_get_an_index_of_their_own(call: Call, water: Path) -> None:
    before = call("index", "check").out
    assert call("eval", "--dataset", "供水.jsonl", "--split", "all").code == 0
    assert scores(water / ".policy-eval" / "供水-all")["1"]["evidence"] == 0
    assert (water / ".policy-eval" / "供水-index" / "CURRENT").exists()
    done = call("eval", "--dataset", "供水.jsonl", "--split", "all", "--documents", "新", "--index", "新索引")
    assert done.code == 0
    assert scores(water / ".policy-eval" / "供水-all")["1"]["evidence"] == 1
    assert call("index", "check").out == before


def test_an_index_of_other_documents_is_never_asked_in_silence(call: Call, water: Path) -> None:
    assert call("eval", "--dataset", "供水.jsonl", "--split", "all", "--output", "一").code == 0
    done = call("eval", "--dataset", "供水.jsonl", "--split", "all", "--documents", "新", "--output", "二")
    assert done.is_one_error("索引") or scores(water / "二")["1"]["evidence"] == 1


def test_a_split_that_there_is_not_is_one_sentence(call: Call, dataset: Path) -> None:
    assert call("eval", "--dataset", dataset, "--split", "train").is_one_error("train", "dev、test、all")


def invents(reply: Reply) -> None:
    """A model that copies its first sentence and invents a figure."""
    prompt = "\n".join(message["content"] for message in reply.asked["messages"])
    found = re.search(r"^\[1\] (.*?) ——", prompt, re.MULTILINE)
    reply.stream([f"{found[1]}[1]\n", "粮食产量达到987654万吨。[1]\n"] if found else ["无法回答"])


def test_a_model_is_scored_beside_quotations_and_unchecked(
    call: Call, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key.txt"
    key.write_text("sk-test", encoding="utf-8")
    monkeypatch.setenv("POLICY_ASSISTANT_CHAT_MODEL_KEY_FILE", str(key))
    with serving(invents) as server:
        monkeypatch.setenv("POLICY_ASSISTANT_CHAT_MODEL_URL", server.url)
        done = call("eval", "--dataset", dataset, "--model", "openai:scripted", "--output", "结果")
    assert (done.code, done.err) == (0, "")
    found = {one.system: one for one in map(Figures.load, (tmp_path / "结果" / "systems").iterdir())}
    checked, quoted, unchecked = (found[label] for label in ("大模型撰写，经过核对", "摘录原文", "大模型撰写，不核对"))
    assert checked.scores["grain"]["citation F1"] == quoted.scores["grain"]["citation F1"]
    assert "claim support" not in quoted.scores["grain"]
    assert [one.scores["grain"]["claim support"] for one in (checked, unchecked)] == [0.5, 1.0]
    assert [one.scores["grain"]["number closure"] for one in (checked, unchecked)] == [1.0, 0.0]


@pytest.mark.parametrize(("limit", "asked"), [(1, 1), (2, 2), (4, 4), (100, 4)])
def test_only_so_many_questions_are_asked(call: Call, dataset: Path, tmp_path: Path, limit: int, asked: int) -> None:
    assert call("eval", "--dataset", dataset, "--limit", str(limit)).code == 0
    assert len((folder(tmp_path) / "questions.jsonl").read_text("utf-8").splitlines()) == asked


@pytest.mark.parametrize(
    "doors",
    [
        ["--answers", "a.jsonl", "--endpoint", "http://127.0.0.1:1/"],
        ["--answers", "a.jsonl", "--baselines"],
        ["--endpoint", "http://127.0.0.1:1/", "--baselines"],
    ],
)
def test_two_doors_at_once_are_one_sentence(call: Call, dataset: Path, doors: list[str]) -> None:
    assert call("eval", "--dataset", dataset, *doors).is_one_error("--answers、--endpoint、--baselines")


def test_what_cannot_be_read_is_named_in_one_sentence(call: Call, dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.jsonl").write_text("坏", encoding="utf-8")
    (tmp_path / "文件").write_text("", encoding="utf-8")
    assert call("eval", "--dataset", "没有.jsonl").is_one_error("没有.jsonl")
    assert call("eval", "--dataset", "坏.jsonl").is_one_error("坏.jsonl")
    assert call("eval", "--dataset", dataset, "--answers", "坏.jsonl").is_one_error("坏.jsonl")
    assert call("eval", "--dataset", dataset, "--answers", "没有.jsonl").is_one_error("没有.jsonl")
    assert call("eval", "--dataset", dataset, "--documents", "没有").is_one_error("没有")
    assert call("eval", "--dataset", dataset, "--output", "文件").is_one_error("--output")


def test_a_server_that_does_not_run_is_one_sentence(call: Call, dataset: Path) -> None:
    assert call("eval", "--dataset", dataset, "--endpoint", "http://127.0.0.1:1/").is_one_error("--endpoint")


def test_gold_of_another_document_is_one_sentence(call: Call, tmp_path: Path) -> None:
    record = {"id": 1, "question": "粮食？", "gold": [6], "document": "别的.txt"}
    (tmp_path / "题.jsonl").write_text(json.dumps(record), encoding="utf-8")
    assert call("eval", "--dataset", "题.jsonl", "--split", "all").is_one_error("别的", "--documents")


@pytest.mark.parametrize("arguments", [["--spilt", "dev"], ["comparison"]])
def test_a_command_written_wrongly_names_the_help(call: Call, arguments: list[str]) -> None:
    assert call("eval", *arguments).is_one_error("policy-assistant eval --help")


@pytest.mark.parametrize("command", [[], ["compare"]])
def test_help_describes_every_option_in_chinese(command: list[str]) -> None:
    text = CliRunner().invoke(app, [*command, "--help"]).stdout
    described = [line for line in text.splitlines() if re.match(r"  \S", line) and "--help" not in line]
    assert len(described) >= 3
    assert all(re.search("[一-鿿]", line) for line in described)


def test_the_command_stands_in_the_products_help(call: Call) -> None:
    done = call("--help")
    assert done.code == 0
    assert re.search(r"^  eval +评测", done.out, re.MULTILINE)
