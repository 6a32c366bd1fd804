"""A program that holds the card and talks to it until it is told that the card it knew is gone, though another, or the same,
may be in the reader by then: one that is never told goes on with a PIN that nobody has verified."""

import time

from card import JPKI, Card
from smartcard.Exceptions import SmartcardException

card = Card()
card.select(JPKI)
deadline = time.monotonic() + 20
while time.monotonic() < deadline:
    try:
        card.status("00200098", "63C3")
    except SmartcardException:
        break
    time.sleep(0.01)
else:
    raise AssertionError("the card was never lost")
