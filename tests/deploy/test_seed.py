"""What an installation begins with: one holder of a post is known by an ID number, made up."""

from pathlib import Path

from definitions.rules.codes import person_id_fault
from deploy import seed

SAMPLES = Path(seed.__file__).parent / "samples"


class TestPosts:
    def test_one_is_held_by_somebody_who_can_be_kept_away(self) -> None:
        (concerned,) = [post for post in seed.POSTS if post.person]
        assert person_id_fault(concerned.person or "") is None
        # Only an application that brings the number on purpose keeps him away.
        samples = [file.read_text(encoding="utf-8") for file in SAMPLES.glob("*.json")]
        assert samples
        assert all((concerned.person or "") not in sample for sample in samples)
