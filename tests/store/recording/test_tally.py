import msgspec

from fathom.store.recording.manifest import Drop, Manifest, SegmentSummary
from fathom.store.recording.tally import DROPS_MAX, KINDS_MAX, MORE, NAME_LENGTH_MAX, Tally


def counted(*frames: bytes) -> Manifest:
    tally = Tally()
    for frame in frames:
        tally.frame("public", frame, 1)
    return tally.manifest(venue="kraken")


def test_by_channel_and_symbol() -> None:
    manifest = counted(
        b'{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD"}]}',
        b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD"}]}',
        b'{"channel":"trade","type":"update","data":[{"symbol":"ETH/USD"},{"symbol":"ETH/USD"}]}',
        b'{"channel":"heartbeat"}',
        b'{"method":"subscribe","success":true}',
        b"not a frame at all",
    )
    assert manifest.counts == {
        "": {"": 2},
        "book": {"BTC/USD": 2},
        "heartbeat": {"": 1},
        "trade": {"ETH/USD": 1},
    }
    assert (manifest.frames, manifest.links, manifest.venue) == (6, {"public": 6}, "kraken")
    assert (manifest.started, manifest.ended, manifest.segments) == ("", "", [])


def test_a_drop_lasts_until_the_next_frame_of_its_link() -> None:
    tally = Tally()
    tally.frame("a", b"{}", 10)
    tally.frame("b", b"{}", 11)
    assert tally.links_up() == ["a", "b"]
    tally.drop("a", "closed", seq=3, time_ns=12)
    tally.drop("a", "refused", seq=4, time_ns=13)  # Still the same hole.
    tally.frame("b", b"{}", 14)
    assert tally.links_up() == ["b"]
    assert tally.manifest(venue="").drops == [Drop("a", "closed", 3, 12, None)]
    tally.frame("a", b"{}", 15)
    tally.frame("a", b"{}", 16)
    manifest = tally.manifest(venue="")
    assert (manifest.drop_count, manifest.drops) == (2, [Drop("a", "closed", 3, 12, 15)])
    assert tally.links_up() == ["a", "b"]


def test_it_goes_on_where_a_manifest_ends() -> None:
    frames = [
        b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD"}]}',
        b'{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD"}]}',
    ]
    whole, part = Tally(), Tally()
    for tally in (whole, part):
        for link in ("a", "b"):
            for frame in frames:
                tally.frame(link, frame, 10)
        tally.drop("b", "closed", seq=5, time_ns=11)
        tally.segments.append(SegmentSummary("journal-000001.fathom", 1, 5, 10, 11, 4, 300, "0" * 32))
    resumed = Tally.of(msgspec.json.decode(msgspec.json.encode(part.manifest(venue="")), type=Manifest))
    assert resumed.links_up() == ["a"]
    for tally in (whole, resumed):
        tally.frame("b", frames[0], 20)
        tally.drop("a", "closed", seq=7, time_ns=21)
    assert resumed.manifest(venue="") == whole.manifest(venue="")
    assert resumed.manifest(venue="").drops[0].to_ns == 20


def test_everything_has_a_limit() -> None:
    tally = Tally()
    for seq in range(DROPS_MAX + 5):
        tally.drop(f"link {seq}", "closed", seq=seq, time_ns=seq)
        tally.frame(f"link {seq}", b"{}", seq + 1)
    manifest = tally.manifest(venue="")
    assert (len(manifest.drops), manifest.drop_count) == (DROPS_MAX, DROPS_MAX + 5)
    long = b"x" * (NAME_LENGTH_MAX + 1)
    assert counted(b'{"channel":"book","data":[{"symbol":"%b"}]}' % long).counts == {MORE: {MORE: 1}}
    many = counted(*(b'{"channel":"book","data":[{"symbol":"%d"}]}' % number for number in range(KINDS_MAX + 10)))
    assert many.counts[MORE] == {MORE: 10}
    assert many.frames == KINDS_MAX + 10


def test_half_a_character_can_be_written() -> None:
    manifest = counted(b'{"channel":"book","data":[{"symbol":"\\ud800"}]}')
    assert msgspec.json.decode(msgspec.json.encode(manifest), type=Manifest).frames == 1
