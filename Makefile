# Works with Python 3.11 or newer, make and a package index; everything goes into .venv and .data.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test demo bench check explore fmt lock

BIN := .venv/bin
SAMPLE ?= deploy/samples/name-change.json
ARGS ?=
NAME ?= bundle
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
COMPILE = uv pip compile pyproject.toml --extra build --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet $(UPGRADE)

# The first of these that runs and is new enough; `make run PYTHON=…` chooses another.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; \
	done)

# A .venv whose interpreter has gone (an upgraded machine, a moved folder) is made anew.
ifneq ($(shell test -e .venv/.python && ! .venv/bin/python -c '' 2>/dev/null && echo broken),)
$(shell rm -rf .venv)
endif

help: ## 显示可用的命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.installed ## 启动全部服务，先办结一个样例，直到按 Ctrl-C
	@exec $(BIN)/yijianshi up --demo $(SAMPLE)

demo: .venv/.installed ## 把一个样例办到结果后停止（SAMPLE=文件）
	@exec $(BIN)/yijianshi demo $(SAMPLE) $(ARGS)

# What needs no servers of its own runs on two cores at once; stacks and browsers one after the other.
test: .venv/.tested lint ## 持续集成所做的全部检查和测试
	$(BIN)/python -m pytest -m "not stack and not browser" -n 2 $(ARGS) || [ $$? -eq 5 ]
	$(BIN)/python -m pytest -m "stack or browser" $(ARGS) || [ $$? -eq 5 ]

check: .venv/.tested lint ## 格式、规范、类型、依赖方向和快速测试
	$(BIN)/python -m pytest -m "not stack and not browser" $(ARGS)

.PHONY: lint
lint: .venv/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

explore: .venv/.tested ## 性质测试另取大量随机样例（make test 每次取同样的样例）
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest tests/definitions tests/api/console -q -n 2 -m "not stack and not browser" $(ARGS)

fmt: .venv/.tested ## 整理代码格式
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

.PHONY: law
law: .venv/.tested ## 重新生成 docs/law.md（条文、定义、测试对照）
	@$(BIN)/python -m tests.law

bench: .venv/.installed $(if $(wildcard bench/requirements.lock),.venv/.benched) ## 运行性能测试（NAME=名称 ARGS="--scale 1"）
	@test -f bench/$(NAME).py || { echo "没有性能测试 bench/$(NAME).py" >&2; exit 2; }
	@$(BIN)/python -m bench.$(NAME) $(ARGS)

lock: ## 更新锁定文件（需要 uv；UPGRADE=--upgrade 升级版本）
	@command -v uv >/dev/null || { echo "更新锁定文件需要 uv：pip install uv" >&2; exit 1; }
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --constraints requirements.lock --output-file tests/requirements.lock

# A stamp is written last, so that an interrupted installation is done again.
.venv/.python:
	@test -n "$(PYTHON)" || { echo "✗ 需要 Python 3.11 或更高版本，未找到。安装后可用 make run PYTHON=路径 指定。" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "✗ $(PYTHON) 版本过低或不能运行：需要 Python 3.11 或更高版本。" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "✗ $(PYTHON) 缺少 venv 模块：Debian/Ubuntu 请先安装 python3-venv。" >&2; exit 1; }
	@echo "· 建立 .venv（$$($(PYTHON) --version)）"
	@rm -rf .venv && $(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "✗ 无法建立 .venv，见上面的提示。" >&2; exit 1; }
	@touch $@

.venv/.locked: requirements.lock | .venv/.python
	@echo "· 安装依赖包（requirements.lock）"
	@$(PIP) --require-hashes --prefer-binary -r requirements.lock || \
		{ echo "✗ 依赖包安装失败：请检查网络和 pip 的软件源设置；锁定文件中的每个版本都必须能找到。" >&2; exit 1; }
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml
	@$(PIP) --no-deps --no-build-isolation -e . || \
		{ echo "✗ 本项目安装失败，见上面的提示。" >&2; exit 1; }
	@touch $@

.venv/.tested: .venv/.installed tests/requirements.lock
	@echo "· 安装测试工具（tests/requirements.lock）"
	@$(PIP) --require-hashes --prefer-binary -r tests/requirements.lock || \
		{ echo "✗ 测试工具安装失败：请检查网络和 pip 的软件源设置。" >&2; exit 1; }
	@touch $@

.venv/.benched: .venv/.installed bench/requirements.lock
	@echo "· 安装性能测试的对照软件（bench/requirements.lock）"
	@$(PIP) --require-hashes --prefer-binary -r bench/requirements.lock || \
		{ echo "✗ 对照软件安装失败：请检查网络和 pip 的软件源设置。" >&2; exit 1; }
	@touch $@
