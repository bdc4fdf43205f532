"""The OpenAPI document, and a page that shows it without scripts: halls have no way to a CDN."""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse

from api.callbacks import Callback
from api.problems import ProblemBody

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · 接口文档</title></head>
<body><main><h1>{title}</h1><p>{summary} 机器可读：<a href="/openapi.json">openapi.json</a></p>
<p>除标为“公开”的以外，都须登录：<code>POST /api/v1/sessions</code> 取得令牌，放在
<code>Authorization: Bearer</code> 头中。命令须带 <code>Idempotency-Key</code>；错误按 RFC 9457，
以 <code>code</code> 区分。</p>
{sections}</main></body></html>
"""


def mount(app: FastAPI) -> None:
    """Serve the document at /openapi.json and the page at /docs."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    async def page() -> HTMLResponse:
        return HTMLResponse(_page(openapi()))

    # FastAPI's documented way to extend it.
    app.openapi = openapi  # type: ignore[method-assign]
    app.add_api_route("/docs", page, include_in_schema=False, response_class=HTMLResponse)


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schema = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["ProblemBody"] = schema
    # Its route reads the bytes that were signed, so that FastAPI does not know of it.
    called = Callback.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {name: each for name, each in called.pop("$defs").items() if name not in schemas}
    schemas["Callback"] = called
    for path in document["paths"].values():
        for operation in path.values():
            _without_fastapis_own(operation["responses"])
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document


def _without_fastapis_own(responses: dict[str, Any]) -> None:
    """FastAPI describes validation errors in a shape that is not ours."""
    content = responses.get("422", {}).get("content", {})
    content.pop("application/json", None)
    if "422" in responses and not content:
        del responses["422"]


def _page(document: dict[str, Any]) -> str:
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", [""])[0]
            by_tag.setdefault(tag, []).append(_operation(path, method, operation))
    sections = "".join(
        f"<section><h2>{escape(tag)}</h2>{''.join(parts)}</section>"
        for tag, parts in by_tag.items()
    )
    info = document["info"]
    return _PAGE.format(
        title=escape(info["title"]), summary=escape(info["summary"]), sections=sections
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{escape(p['name'])}</code>（{p['in']}）{escape(p.get('description', ''))}</li>"
        for p in operation.get("parameters", [])
    )
    responses = "".join(
        f"<li>{status}：{escape(response.get('description', '')).replace('`', '')}</li>"
        for status, response in sorted(operation["responses"].items())
    )
    summary = escape(operation.get("summary", ""))
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code> {summary}</h3>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"<details><summary>参数与答复</summary><ul>{parameters}</ul><ul>{responses}</ul></details>"
    )
