"""YAML texts with places: what is not plain YAML is refused, and where."""

import pytest

from definitions.source import MAX_BYTES, DefinitionsBroken, parse

FORMS = {
    "tab": (b"a:\n  b: 1\n\tc: 2\n", (3, 1), "tab", "不能用制表符缩进，请用空格"),
    "anchor": (b"a: &x 1\nb: 2\n", (1, 4), "anchor", "不能使用锚点（&）和别名（*），请写全"),
    "alias": (b"a: 1\nb: *x\n", (2, 4), "anchor", "不能使用锚点（&）和别名（*），请写全"),
    "tag": (b"a: !!python/name:os.system x\n", (1, 4), "tag", None),
    "key twice": (b"a: 1\nb: 2\na: 3\n", (3, 1), "duplicate", "“a”重复，第 1 行已经写过"),
    "key no word": (b"a:\n  1: x\n", (2, 3), "key", "键必须是文字"),
    "two documents": (b"a: 1\n---\nb: 2\n", (2, 1), "yaml", "一个文件只能有一个文档（---）"),
    "open bracket": (b"a: [1, 2\nb: 3\n", (2, 2), "yaml", None),
    "not UTF-8": (
        "a: 1\nb: 变更\n".encode("gbk"),
        (2, 4),
        "encoding",
        "不是 UTF-8 编码，请另存为 UTF-8",
    ),
    "control character": (b"a: 1\nb: \x07\n", (2, 4), "characters", "含有不允许的控制字符"),
    "too large": (b"a: 1\n" + b"#" * MAX_BYTES, (1, 1), "size", None),
    "too deep": (b"[" * 100 + b"]" * 100, (1, 41), "depth", "嵌套超过 40 层"),
    "empty": (b"# only a comment\n", (1, 1), "empty", "文件是空的"),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_plain_yaml_is_refused(name: str) -> None:
    raw, place, rule, message = FORMS[name]
    with pytest.raises(DefinitionsBroken) as caught:
        parse(raw, "x.yaml")
    (error,) = caught.value.errors
    assert (error.file, (error.line, error.column), error.rule) == ("x.yaml", place, rule)
    assert message is None or error.message == message


class TestParse:
    def test_yes_and_no_are_words(self) -> None:
        data = parse(b"a: yes\nb: no\nc: on\nd: true\ne: 2026-11-24\nf: 012\ng: 12\nh:\n", "x").data
        assert data == {
            "a": "yes",
            "b": "no",
            "c": "on",
            "d": True,
            "e": "2026-11-24",
            "f": "012",
            "g": 12,
            "h": None,
        }

    def test_a_byte_order_mark_is_nothing(self) -> None:
        assert parse(b"\xef\xbb\xbfa: 1\n", "x").data == {"a": 1}

    def test_a_merge_key_is_an_ordinary_key(self) -> None:
        assert parse(b"<<: x\n", "x").data == {"<<": "x"}
