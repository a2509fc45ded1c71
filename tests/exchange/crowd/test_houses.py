from crowd_venue import venue_of

from fathom.exchange.crowd.houses import Houses


def test_they_are_all_different_and_the_houses() -> None:
    venue = venue_of("BTC/USD")
    houses = Houses.open(venue)
    everybody = [*houses.makers, houses.patient, houses.noise, *houses.takers]
    assert all(account.house for account in everybody)
    assert len({account.number for account in everybody}) == len(everybody)
    assert Houses.open(venue) == houses, "they are opened once"
