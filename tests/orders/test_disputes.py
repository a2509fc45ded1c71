from fathom.domain import AccountDisputed, DisputeSettled
from fathom.orders.disputes import DISPUTES_MAX, LOOKS_MAX, Disputes, Doubt

AGAIN = "the accounts agree again"


def doubt(about: str = "balance USD", *symbols: str, measure: str = "1", certain: bool = False) -> Doubt:
    return Doubt(about=about, symbols=symbols or ("BTC/USD",), reason=about, measure=measure, certain=certain)


def test_one_look_is_no_proof_and_the_same_again_is() -> None:
    disputes = Disputes()
    assert disputes.looked([doubt()]) == []
    assert disputes.doubted
    assert disputes.looked([doubt()]) == [AccountDisputed("BTC/USD", "balance USD")]
    assert (disputes.doubted, disputes.open) == (False, (doubt(),))
    assert disputes.looked([doubt()]) == [], "said once"
    assert disputes.looked([]) == [DisputeSettled("BTC/USD", AGAIN)]
    assert (disputes.doubted, disputes.open) == (False, ())


def test_a_race_goes_away_by_itself() -> None:
    disputes = Disputes()
    for measure in ("1", "2", "3"):
        assert disputes.looked([doubt(measure=measure)]) == []
    assert disputes.looked([]) == []
    for number in range(LOOKS_MAX - 1):
        assert disputes.looked([doubt(measure=str(number))]) == []
    assert disputes.looked([doubt(measure="?")]) == [AccountDisputed("BTC/USD", "balance USD")], "this did not"


def test_what_no_race_can_make_is_disputed_at_once() -> None:
    disputes = Disputes()
    assert disputes.looked([doubt(certain=True)]) == [AccountDisputed("BTC/USD", "balance USD")]
    assert disputes.dispute(doubt("overfill of mm-1", "ETH/USD")) == [AccountDisputed("ETH/USD", "overfill of mm-1")]
    assert disputes.looked([]) == [DisputeSettled("BTC/USD", AGAIN), DisputeSettled("ETH/USD", AGAIN)]


def test_a_symbol_is_settled_with_the_last_of_its_disputes() -> None:
    disputes = Disputes()
    both = [doubt("balance USD", "BTC/USD", "ETH/USD", certain=True), doubt("balance BTC", "BTC/USD", certain=True)]
    disputes.looked(both)
    assert disputes.looked(both[1:]) == [DisputeSettled("ETH/USD", AGAIN)]
    assert disputes.looked([]) == [DisputeSettled("BTC/USD", AGAIN)]


def test_a_person_accepts_just_what_is_disputed() -> None:
    disputes = Disputes()
    disputes.looked([doubt(certain=True)])
    assert disputes.accept() == [DisputeSettled("BTC/USD", "a person accepted the venue's word")]
    assert disputes.looked([doubt()]) == disputes.looked([doubt()]) == []
    assert not disputes.doubted
    assert disputes.looked([doubt(measure="2", certain=True)]) == [AccountDisputed("BTC/USD", "balance USD")]


def test_too_many_disputes_stop_everything() -> None:
    disputes = Disputes()
    for number in range(DISPUTES_MAX):
        disputes.dispute(doubt(f"fills of mm-{number}"))
    assert disputes.dispute(doubt("one more")) == [AccountDisputed("", "too much is disputed at once")]
    assert disputes.dispute(doubt("and another")) == []
    assert len(disputes.open) == DISPUTES_MAX + 1
