"""What the doctor finds on a machine where nothing runs."""

from pathlib import Path

import pytest

from deploy import doctor
from deploy.doctor import examine
from deploy.settings import Settings


class TestExamine:
    def test_a_sound_machine_has_nothing_to_mend(self, tmp_path: Path) -> None:
        home = tmp_path / "not yet there"
        findings = examine(Settings(home=home))
        assert [finding for finding in findings if finding.ok is False] == []
        assert not home.exists()

    def test_a_package_that_differs_from_the_lock_file_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock_file = tmp_path / "requirements.lock"
        lock_file.write_text(
            "pydantic==1.0 \\\n    --hash=sha256:00\nno-such==2.0 \\\n"
            "only-windows==3.0 ; sys_platform == 'win32' \\\n"
        )
        monkeypatch.setattr(doctor, "_LOCK_FILE", lock_file)
        (finding,) = [f for f in examine(Settings(home=tmp_path)) if f.subject == "依赖包"]
        assert finding.ok is False
        assert "pydantic" in finding.detail
        assert "no-such" in finding.detail
        assert "only-windows" not in finding.detail
        assert finding.remedy

    def test_every_fault_says_how_to_mend_it(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        faults = [f for f in examine(Settings(home=tmp_path / "file" / "x")) if f.ok is False]
        assert faults
        assert all(fault.remedy for fault in faults)
