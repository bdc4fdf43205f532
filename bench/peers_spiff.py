"""SpiffWorkflow doing the five-task matter as a stateless web application does.

The library has no storage of its own: the host serialises the workflow to JSON. Here every command
is one transaction that locks the matter's row, loads the workflow, runs it as far as it goes and
writes it back.

Tuned: a connection pool with one connection a thread, kept open, statements prepared by psycopg;
BPMN parsed once a thread; the process model stays out of the stored state through a converter of
our own (the library's documented way), which takes a third off the stored state and spares its
rebuilding at each command; `json` and not `jsonb`, because nothing looks inside. Two processes of
four threads: the engine is pure Python and holds the interpreter lock, so one process would leave
the second core idle.
"""

from psycopg import Connection, connect
from psycopg_pool import ConnectionPool
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default import BpmnProcessSpecConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench.peers_load import DEPARTMENTS, FIRST, TASKS, decision, work

PROCESS = "five_tasks"
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"  # the name space BPMN 2.0 prescribes
TABLE = """
CREATE TABLE matter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version integer NOT NULL DEFAULT 1,
    ended boolean NOT NULL DEFAULT false,
    state json NOT NULL
)
"""


def _bpmn() -> str:
    flows = [("start", FIRST), (FIRST, "split"), ("join", "end")]
    flows += [("split", task) for task in DEPARTMENTS] + [(task, "join") for task in DEPARTMENTS]
    parts = ['<startEvent id="start"/>', '<endEvent id="end"/>']
    parts += ['<parallelGateway id="split"/>', '<parallelGateway id="join"/>']
    parts += [f'<userTask id="{task}" name="{task}"/>' for task in TASKS]
    parts += [
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in flows
    ]
    process = f'<process id="{PROCESS}" isExecutable="true">{"".join(parts)}</process>'
    return (
        f'<definitions xmlns="{MODEL}" id="peers" targetNamespace="peers">{process}</definitions>'
    )


def _process_spec() -> BpmnProcessSpec:
    parser = BpmnParser()
    parser.add_bpmn_str(_bpmn().encode())
    return parser.get_spec(PROCESS)


def _serializer(spec: BpmnProcessSpec) -> BpmnWorkflowSerializer:
    class SharedSpecConverter(BpmnProcessSpecConverter):  # type: ignore[misc]
        """Stores the name of the process model, not the model."""

        def to_dict(self, _: BpmnProcessSpec) -> dict[str, str]:
            return {"name": PROCESS}

        def from_dict(self, _: dict[str, str]) -> BpmnProcessSpec:
            return spec

    config = DEFAULT_CONFIG | {BpmnProcessSpec: SharedSpecConverter}
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))


class SpiffClient:
    def __init__(self, pool: ConnectionPool[Connection]) -> None:
        self._pool = pool
        # One of each a thread: the serialiser keeps state in its registry while it writes.
        self._spec = _process_spec()
        self._serializer = _serializer(self._spec)
        self._matter = 0

    def start(self) -> None:
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        state = self._serializer.serialize_json(workflow)
        with self._pool.connection() as connection:
            row = connection.execute(
                "INSERT INTO matter (state) VALUES (%s) RETURNING id", (state,)
            ).fetchone()
        assert row is not None
        self._matter = row[0]

    def complete(self, task: str) -> None:
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT state::text FROM matter WHERE id = %s FOR UPDATE", (self._matter,)
            ).fetchone()
            assert row is not None
            workflow = self._serializer.deserialize_json(row[0])
            user_task = workflow.get_next_task(spec_name=task, state=TaskState.READY)
            user_task.data[task] = decision(task)
            user_task.run()
            workflow.do_engine_steps()
            connection.execute(
                "UPDATE matter SET state = %s, ended = %s, version = version + 1 WHERE id = %s",
                (self._serializer.serialize_json(workflow), workflow.completed, self._matter),
            )

    def finish(self) -> None:
        pass


class SpiffPeer:
    _pool: ConnectionPool[Connection]

    def prepare(self, url: str) -> None:
        with connect(url) as connection:
            connection.execute(TABLE)

    def open(self, url: str, *, threads: int, worker: int) -> None:  # noqa: ARG002 - as the others
        self._pool = ConnectionPool(url, min_size=threads, max_size=threads, open=True)
        self._pool.wait()

    def client(self) -> SpiffClient:
        return SpiffClient(self._pool)

    def close(self) -> None:
        self._pool.close()

    def ended(self, url: str) -> int:
        with connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM matter WHERE ended").fetchone()
        assert row is not None
        return int(row[0])


if __name__ == "__main__":
    work({"spiffworkflow": SpiffPeer()})
