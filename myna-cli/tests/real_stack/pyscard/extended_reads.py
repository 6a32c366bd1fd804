"""jsapdu reads a whole file by its short identifier with one READ BINARY of extended Le 000000: nobody else sends that,
and a card that knows short lengths only would break it alone. It also presents PINs by short identifier."""

from card import JPKI, TEXT, Card, der_length

card = Card()
card.select(JPKI)
for short_identifier in ["8A", "8B", "82"]:
    certificate = card.ok(f"00B0{short_identifier}00000000")
    assert len(certificate) == der_length(certificate), short_identifier
# The file it named is the current one now.
assert card.ok("00B00000000000") == certificate
card.status("00B08100000000", "6982")
card.verify("9B", "ABC123")
assert len(card.ok("00B08100000000")) > 1500

# With the answer to SELECT asked for, as it also does.
assert card.ok(f"00A404000A{TEXT}00").startswith(b"\x6F")
card.status("00B08100000000", "6982")
card.verify("91", "1234")
assert card.ok("00B08100000000") == b"\xFF\x10\x0C900000000010\xFF\xFF"
assert card.ok("00B08200000000").startswith(b"\xFF\x20")
# An empty VERIFY by short identifier costs nothing.
for _ in range(5):
    card.status("00200091", "63C3")
