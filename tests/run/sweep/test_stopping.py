import signal
import threading

import pytest

from fathom.run.sweep.stopping import told_to_stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_word_is_looked_at_and_the_second_ends(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with told_to_stop() as stopped:
        assert not stopped()
        signal.raise_signal(number)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_in_another_thread_nobody_can_say_it() -> None:
    found = []

    def look() -> None:
        with told_to_stop() as stopped:
            found.append(stopped())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [False]
