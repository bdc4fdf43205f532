"""Reaching Temporal, and what our namespace must have there before applications can run.

The namespace itself is made by whoever runs the server; our search attributes are ours to register.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType as IndexedValueTypeCode
from temporalio.api.nexus.v1 import EndpointSpec, EndpointTarget
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    CreateNexusEndpointRequest,
    ListNexusEndpointsRequest,
    ListSearchAttributesRequest,
    UpdateNexusEndpointRequest,
)
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    ListTaskQueuePartitionsRequest,
    RegisterNamespaceRequest,
)
from temporalio.client import Client, Plugin
from temporalio.common import SearchAttributeIndexedValueType as IndexedValueType
from temporalio.common import SearchAttributeKey
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode

from deploy.settings import Settings
from deploy.trouble import Exit, Trouble
from workflows.messages import SEARCH_ATTRIBUTES

# A process that ends right after its last call into the SDK can crash (docs/decisions/0004).
LAST_BREATH = 0.25
# Of a department's own namespace, in seconds: as long as ours.
_RETENTION = 90 * 24 * 3600
_LOOK = 0.2

_TYPES = {IndexedValueType.KEYWORD: "Keyword", IndexedValueType.DATETIME: "Datetime"}
# As the embedded server is told at its start: Name=Type.
AS_OPTIONS = tuple(f"{key.name}={_TYPES[key.indexed_value_type]}" for key in SEARCH_ATTRIBUTES)


async def connect(
    settings: Settings,
    *,
    plugins: Sequence[Plugin] = (),
    runtime: Runtime | None = None,
    lazy: bool = False,
) -> Client:
    """A client for our namespace. Raises Trouble where nothing answers, unless `lazy`."""
    try:
        return await Client.connect(
            settings.temporal_address or "",
            namespace=settings.temporal_namespace,
            data_converter=pydantic_data_converter,
            plugins=plugins,
            runtime=runtime,
            lazy=lazy,
        )
    except RuntimeError as error:
        raise _away(settings) from error


async def require(client: Client, settings: Settings) -> None:
    """Raises Trouble where search attributes are missing: every start would fail without them.

    A server that does not let us look is taken at its word.
    """
    try:
        with _told(settings):
            lacking = await _lacking(client)
    except RPCError:
        return
    if lacking:
        names = "、".join(key.name for key in lacking)
        message = (
            f"Temporal 命名空间 {settings.temporal_namespace} 缺少查询属性 {names}："
            "请先运行 yijianshi migrate。"
        )
        raise Trouble(message)


def register(settings: Settings) -> None:
    """Add the search attributes that are missing; those that exist are left as they are."""
    asyncio.run(_register(settings))


async def give_namespace(client: Client, namespace: str) -> bool:
    """A department's own namespace; False where it is there already. Ready when this returns."""
    request = RegisterNamespaceRequest(
        namespace=namespace, workflow_execution_retention_period=Duration(seconds=_RETENTION)
    )
    made = True
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
        made = False
    while not await _knows(client, namespace):  # noqa: ASYNC110 - a look is all there is
        await asyncio.sleep(_LOOK)
    return made


async def give_endpoint(client: Client, name: str, *, namespace: str, queue: str) -> bool:
    """The Nexus endpoint by which we reach it; made, or led there anew. False where it stood."""
    spec = EndpointSpec(
        name=name,
        target=EndpointTarget(worker=EndpointTarget.Worker(namespace=namespace, task_queue=queue)),
    )
    operator = client.operator_service
    listed = await operator.list_nexus_endpoints(ListNexusEndpointsRequest(name=name))
    if not listed.endpoints:
        await operator.create_nexus_endpoint(CreateNexusEndpointRequest(spec=spec))
        return True
    found = listed.endpoints[0]
    if found.spec.target == spec.target:
        return False
    await operator.update_nexus_endpoint(
        UpdateNexusEndpointRequest(id=found.id, version=found.version, spec=spec)
    )
    return True


async def _knows(client: Client, namespace: str) -> bool:
    """Whether the frontend's own list has it by now; that is read anew every few seconds."""
    request = ListTaskQueuePartitionsRequest(namespace=namespace, task_queue=TaskQueue(name="any"))
    try:
        await client.workflow_service.list_task_queue_partitions(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


def lacking(settings: Settings) -> list[str]:
    """The names of the missing ones. Raises Trouble where the server or the namespace is away."""
    return asyncio.run(_names(settings))


async def _register(settings: Settings) -> None:
    client = await connect(settings)
    try:
        with _told(settings):
            missing = await _lacking(client)
            if missing:
                request = AddSearchAttributesRequest(namespace=client.namespace)
                for key in missing:
                    value = IndexedValueTypeCode.ValueType(key.indexed_value_type.value)
                    request.search_attributes[key.name] = value
                await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        message = (
            f"不能在 Temporal 登记查询属性（{error.message}）："
            f"请由 Temporal 的管理员登记 {'、'.join(AS_OPTIONS)}。"
        )
        raise Trouble(message) from error
    finally:
        await asyncio.sleep(LAST_BREATH)


async def _names(settings: Settings) -> list[str]:
    client = await connect(settings)
    try:
        with _told(settings):
            return [key.name for key in await _lacking(client)]
    except RPCError:
        return []
    finally:
        await asyncio.sleep(LAST_BREATH)


async def _lacking(client: Client) -> list[SearchAttributeKey[Any]]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    found = await client.operator_service.list_search_attributes(request)
    return [key for key in SEARCH_ATTRIBUTES if key.name not in found.custom_attributes]


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """A server that is away and a namespace that is not there, each in one line."""
    try:
        yield
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            message = (
                f"Temporal 没有命名空间 {settings.temporal_namespace}："
                "请先在 Temporal 建立，或检查 YIJIANSHI_TEMPORAL_NAMESPACE。"
            )
            raise Trouble(message, code=Exit.INPUT) from error
        if error.status in {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED}:
            raise _away(settings) from error
        raise


def _away(settings: Settings) -> Trouble:
    return Trouble(
        f"Temporal {settings.temporal_address} 没有应答："
        "请检查它是否运行，以及 YIJIANSHI_TEMPORAL_ADDRESS。"
    )
