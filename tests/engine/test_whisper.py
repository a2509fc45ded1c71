"""Who hears a whisper, and what the log has of it."""

from collections.abc import Iterable

from fathom.domain import BookMoved, Ear, Entry, Event, Happening, RunStopped
from fathom.engine import WORLD, Whisper

NEWS: tuple[type[Happening], ...] = (BookMoved,)


class Plain:
    """Keeps what it is shown."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.hears = NEWS
        self.shown: list[Entry] = []

    def handle(self, entry: Entry) -> Iterable[Event]:
        self.shown.append(entry)
        return ()


class Chooses(Plain):
    """Wants only moves of the top, and only when it is in the mood."""

    mood = False

    def ear_for(self, event: Event, plain: Ear) -> Ear | None:
        assert isinstance(event, BookMoved)
        return (lambda seq, now_ns: plain(seq, now_ns) if self.mood else ()) if event.top_changed else None


def moved(*components: Plain, top: bool) -> Whisper:
    return Whisper(
        components, lambda seq: BookMoved("A/B", seq, top), author="market", cause=lambda: RunStopped("a cause")
    )


def test_who_does_not_choose_is_shown_the_entry_as_the_log_would_have_it() -> None:
    plain = Plain("plain")
    whisper = moved(plain, top=True)
    ((name, ear),) = whisper.ears
    assert (name, list(ear(8, 5))) == ("plain", [])
    cause, said = whisper.entries(8, 5)
    assert plain.shown == [said] == [Entry(8, 7, 5, "market", BookMoved("A/B", 7, True))]
    assert cause == Entry(7, 7, 5, WORLD, RunStopped("a cause"))


def test_who_chooses_is_left_out_or_asked_in_its_own_way() -> None:
    plain, chooses = Plain("plain"), Chooses("chooses")
    assert [name for name, _ in moved(chooses, plain, top=False).ears] == ["plain"]
    whisper = moved(chooses, top=True)
    ((_, ear),) = whisper.ears
    ear(2, 1)
    assert chooses.shown == []
    chooses.mood = True
    ear(4, 9)
    assert chooses.shown == [whisper.entries(4, 9)[1]]


def test_an_input_is_its_own_cause() -> None:
    whisper = Whisper([], lambda _: RunStopped("x"), author=WORLD, cause=None)
    assert (whisper.places, whisper.entries(3, 1)) == (1, [Entry(3, 3, 1, WORLD, RunStopped("x"))])
