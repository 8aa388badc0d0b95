"""Polite requests to end stop a study as Ctrl-C does, and the caller's handlers come back."""

import os
import signal
import threading

import pytest

from sim.lab.signals import heed_signals, stoppable

BOTH = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.getsignal(number) for number in BOTH}
    for number in BOTH:  # whatever started the tests may ignore them, as nohup does
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", BOTH)
def test_a_request_to_end_is_a_keyboard_interrupt_within_the_block(number):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), stoppable():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) == before


def test_what_held_before_is_returned_and_what_is_ignored_stays_so():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mine = signal.getsignal(signal.SIGHUP)
    assert heed_signals() == {signal.SIGHUP: mine}
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN
    assert signal.getsignal(signal.SIGHUP) != mine


def test_other_threads_hear_no_signals():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work():
        with stoppable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_a_system_without_one_of_them_has_the_other(monkeypatch):
    monkeypatch.delattr(signal, "SIGHUP")
    assert list(heed_signals()) == [signal.SIGTERM]
