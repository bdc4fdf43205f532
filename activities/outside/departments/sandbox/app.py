"""The stand-in as a service: one webhook a department, questions about tasks, ways to steer it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from activities.outside.departments.sandbox.answering import Answering
from activities.outside.departments.sandbox.behaviour import Answers, Behaviour, Credentials
from activities.outside.departments.sandbox.book import Book, Held
from activities.outside.departments.signing import (
    Algorithm,
    NotSigned,
    Signed,
    signed,
    verified,
)
from activities.outside.departments.webhooks import Kind
from activities.outside.stand_ins import only_with, stand_in

_STATES = {"open": "在办", "completed": "已办", "withdrawn": "已撤回"}
_TOLD = {
    "taken": "已收下",
    "callback-replayed": "重复，首次已收下",
    "task-not-open": "未收下：待办已办结或取消",
    "task-taken": "未收下：他人正在办",
    "not-connected": "没有对接",
}


def create_app(
    book: Book, answering: Answering, *, token: str, now: Callable[[], datetime]
) -> FastAPI:
    """The service. Steering it is only for who has the token."""
    app = stand_in("部门系统（样例）")

    @app.get("/")
    async def page() -> HTMLResponse:
        return HTMLResponse(_page(book.tasks()))

    app.include_router(_steering(book, answering), dependencies=[Depends(only_with(token))])
    app.include_router(_webhooks(book, answering, now))
    return app


def _steering(book: Book, answering: Answering) -> APIRouter:
    routes = APIRouter()

    @routes.get("/tasks")
    async def tasks(department: str | None = None) -> list[Mapping[str, object]]:
        return [_told(held) for held in book.tasks(department)]

    @routes.get("/tasks/{task}")
    async def task(task: str) -> Mapping[str, object]:
        found = next((held for held in book.tasks() if held.id == task), None)
        if found is None:
            raise HTTPException(404)
        return _told(found)

    @routes.get("/behaviour/{department}")
    async def behaviour(department: str) -> Behaviour:
        return book.behaviour(department)

    @routes.put("/behaviour/{department}", status_code=204)
    async def behave(department: str, body: Behaviour) -> None:
        book.behave(department, body)
        answering.wake()

    @routes.put("/credentials/{department}", status_code=204)
    async def connect(department: str, body: Credentials) -> None:
        book.connect(department, body)
        answering.wake()

    return routes


def _webhooks(book: Book, answering: Answering, now: Callable[[], datetime]) -> APIRouter:
    routes = APIRouter()

    @routes.post("/{department}", status_code=202)
    async def message(department: str, request: Request) -> Mapping[str, object]:
        body = await request.body()
        said = _checked(request, body, _by(book, department), now())
        if book.fails(department):
            raise HTTPException(503)
        found = json.loads(body)
        data: Mapping[str, Any] = found["data"]
        if found["type"] == Kind.ASSIGNED:
            new = book.receive(department, said.id, data, now())
        else:
            after = book.behaviour(department).answers is Answers.AFTER_WITHDRAWAL
            answer_at = now() if after else None
            new = book.withdraw(department, said.id, data["task"], answer_at=answer_at)
        answering.wake()
        return {"taken": new}

    @routes.get("/{department}/tasks/{task}")
    async def believed(department: str, task: str, request: Request) -> Response:
        credentials = _by(book, department)
        asked = _checked(request, task.encode(), credentials, now())
        held = book.task(department, task)
        body = json.dumps(_believed(task, held), ensure_ascii=False).encode()
        headers = signed(
            body,
            name=asked.id,
            at=now(),
            secret=credentials.secrets[0],
            algorithm=Algorithm(credentials.algorithm),
        )
        status = 404 if held is None else 200
        return Response(body, status, headers=headers, media_type="application/json")

    return routes


def _by(book: Book, department: str) -> Credentials:
    found = book.credentials(department)
    if found is None:
        raise HTTPException(404)
    return found


def _checked(request: Request, body: bytes, credentials: Credentials, now: datetime) -> Signed:
    try:
        return verified(
            request.headers,
            body,
            secrets=credentials.secrets,
            algorithm=Algorithm(credentials.algorithm),
            now=now,
        )
    except NotSigned as refused:
        raise HTTPException(401, refused.fault) from None


def _believed(task: str, held: Held | None) -> Mapping[str, object]:
    if held is None:
        return {"task": task}
    said: dict[str, object] = {"task": task, "status": held.status}
    if held.status == "completed":
        said["answer"] = {"id": held.answer_id, "body": held.answer}
    return said


def _told(held: Held) -> Mapping[str, object]:
    return held.model_dump(mode="json", exclude={"assignment"})


def _page(tasks: tuple[Held, ...]) -> str:
    """A plain list: numbers and states only."""
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(each)}</td>"
            for each in (
                held.department,
                held.id,
                str(held.assignment.get("name", "")),
                _STATES[held.status],
                f"{held.received_at.astimezone():%Y-%m-%d %H:%M:%S}",
                "；".join(_TOLD.get(said, "未收下") for said in held.told) or "尚未回传",
            )
        )
        + "</tr>"
        for held in tasks
    )
    heads = ("部门", "待办编号", "名称", "状态", "收到时间", "回传结果")
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    empty = "" if tasks else "<p>还没有收到待办。</p>"
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>部门系统（样例）</title>'
        "<h1>部门系统（样例）</h1><p>本系统仅供演示和测试，不属于任何部门。</p>"
        f"<table><caption>收到的待办，新的在前</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{empty}</html>"
    )
