"""Choosing ports beside others that are really taken."""

import socket
from collections.abc import Iterator

import pytest

from deploy.embedded import ports
from deploy.trouble import Exit, Trouble


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        yield port


class TestChoose:
    def test_a_busy_usual_port_is_replaced_and_said_so(self, busy: int) -> None:
        choice = ports.choose("PORT", fixed=None, usual=busy)
        assert choice.moved
        assert choice.port != busy
        assert ports.is_free(choice.port)

    def test_a_busy_fixed_port_is_an_error_naming_setting_and_holder(self, busy: int) -> None:
        with pytest.raises(Trouble, match=rf"PORT={busy} 的端口已被.+占用") as caught:
            ports.choose("PORT", fixed=busy, usual=8080)
        assert caught.value.code == Exit.PORT_BUSY

    def test_two_of_our_servers_never_share_a_port(self, busy: int) -> None:
        free = ports.choose("A", fixed=None, usual=busy).port
        other = ports.choose("B", fixed=None, usual=free, taken=frozenset({free})).port
        assert other != free
        with pytest.raises(Trouble, match="相同"):
            ports.choose("B", fixed=free, usual=1, taken=frozenset({free}))

    def test_a_host_of_another_machine_is_told(self) -> None:
        with pytest.raises(Trouble, match="无法监听"):
            ports.choose("PORT", fixed=None, usual=8080, host="192.0.2.1")
