"""Identity codes: valid ones pass, and a single wrong sign never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.rules.codes import person_id_fault, uscc_fault

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# domain.md §8.1: made up, valid; two companies, a cooperative, a self-employed person, an organ,
# a private non-enterprise.
FIRMS = (
    "91310117MA1J0T5T4W",
    "91310117MA1JXY121H",
    "93310117MACK00015E",
    "92310117MAD0001237",
    "11310117002456781R",
    "5231011750112233X4",
)
# domain.md §8.2
PERSONS = ("310117199003071231", "310227195801010011", "310117202508150028", "11010519491231002X")


def changed(code: str, place: int, sign: str) -> str:
    """The code with one sign replaced."""
    return code[:place] + sign + code[place + 1 :]


def swapped(code: str, place: int) -> str:
    """The code with two neighbours exchanged."""
    return code[:place] + code[place + 1] + code[place] + code[place + 2 :]


class TestUsccFault:
    @pytest.mark.parametrize("code", FIRMS)
    def test_a_valid_code_has_none(self, code: str) -> None:
        assert uscc_fault(code) is None

    @given(st.text(ALPHABET, min_size=17, max_size=17))
    def test_the_standard_s_own_check_sign_is_taken_and_no_other(self, body: str) -> None:
        assert [sign for sign in ALPHABET if uscc_fault(body + sign) is None] == [check(body)]

    @pytest.mark.parametrize("sign", ALPHABET)
    def test_every_sign_may_be_the_check_sign(self, sign: str) -> None:
        bodies = (f"{number:017d}" for number in range(1000))
        body = next(body for body in bodies if check(body) == sign)
        assert uscc_fault(body + sign) is None

    @given(st.sampled_from(FIRMS), st.integers(0, 17), st.sampled_from(ALPHABET))
    def test_one_wrong_sign_is_caught(self, code: str, place: int, sign: str) -> None:
        """GB 32100: weights prime to 31, so the check sign catches every single error."""
        wrong = changed(code, place, sign)
        assert (uscc_fault(wrong) is None) is (wrong == code)

    @given(st.sampled_from(FIRMS), st.integers(0, 16))
    def test_exchanged_neighbours_are_caught(self, code: str, place: int) -> None:
        wrong = swapped(code, place)
        assert (uscc_fault(wrong) is None) is (wrong == code)

    @pytest.mark.parametrize("sign", "IOSVZaé９")
    def test_a_sign_that_is_not_used_is_named(self, sign: str) -> None:
        fault = uscc_fault(changed(FIRMS[0], 8, sign))
        assert fault is not None
        assert sign in fault
        assert "不使用" in fault

    @pytest.mark.parametrize("length", [0, 15, 17, 19])
    def test_the_length_is_told(self, length: int) -> None:
        fault = uscc_fault((FIRMS[0] * 2)[:length])
        assert fault is not None
        assert f"现为 {length} 位" in fault

    def test_the_division_is_not_judged(self) -> None:
        """Firms keep their code after a move (domain.md §8.1)."""
        assert uscc_fault("91999999MA1J0T5T4" + check("91999999MA1J0T5T4")) is None


class TestPersonIdFault:
    @pytest.mark.parametrize("code", PERSONS)
    def test_a_valid_number_has_none(self, code: str) -> None:
        assert person_id_fault(code) is None

    def test_the_old_county_of_songjiang_is_taken(self) -> None:
        """The trap of domain.md §8.2: 310227 is in no current table, its people are alive."""
        assert person_id_fault("310227195801010011") is None

    @given(st.sampled_from(PERSONS), st.integers(0, 17), st.sampled_from("0123456789X"))
    def test_one_wrong_sign_is_caught(self, code: str, place: int, sign: str) -> None:
        """GB 11643: weights prime to 11, so the check sign catches every single error."""
        wrong = changed(code, place, sign)
        assert (person_id_fault(wrong) is None) is (wrong == code)

    @given(st.sampled_from(PERSONS), st.integers(0, 16))
    def test_exchanged_neighbours_are_caught(self, code: str, place: int) -> None:
        wrong = swapped(code, place)
        assert (person_id_fault(wrong) is None) is (wrong == code)

    @pytest.mark.parametrize(
        ("code", "word"),
        [
            ("31011719900307123", "现为 17 位"),
            ("11010519491231002x", "大写 X"),
            ("3101171990030712３1", "数字"),
            ("31011719900307123Y", "大写 X"),
            ("310117199002301231", "出生日期"),
            ("310117190002291231", "出生日期"),
            ("310117000001011231", "出生日期"),
            ("310117199003071232", "校验位"),
        ],
    )
    def test_each_fault_is_named(self, code: str, word: str) -> None:
        fault = person_id_fault(code)
        assert fault is not None
        assert word in fault

    @given(st.text(max_size=20))
    def test_any_text_is_judged(self, text: str) -> None:
        assert person_id_fault(text) is None or isinstance(person_id_fault(text), str)
        assert uscc_fault(text) is None or isinstance(uscc_fault(text), str)


def check(code: str) -> str:
    """The check sign, by the standard's weights written out (domain.md §8.1)."""
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(code, weights, strict=True))
    return ALPHABET[-total % 31]
