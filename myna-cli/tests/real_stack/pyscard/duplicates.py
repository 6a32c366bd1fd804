"""jpki-rs sends every command twice, because its buffer has no room for the status word: all is to come out the same, but
for a wrong PIN, which costs two tries."""

from card import JPKI, TEXT, Card


class Twice(Card):
    def transmit(self, command):
        super().transmit(command)
        return super().transmit(command)


card = Twice()
card.select(JPKI)
card.select_file("000A")
assert card.ok("00B0000007").startswith(b"\x30\x82")
first = card.ok("00B0000000")
assert first == card.ok("00B0000000") and len(first) == 256
card.select_file("001B")
card.verify("80", "ABC123")
card.select_file("0001")
card.ok("00B0000007")
card.select_file("0018")
card.verify("80", "4821")
card.select_file("0017")
# SHA-1, as it still signs.
digest_info = "3021300906052B0E03021A05000414" + "5A" * 20
assert card.ok(f"802A008023{digest_info}00") == card.ok(f"802A008023{digest_info}00")
card.select(TEXT)
card.select_file("0011")
card.status("00200080", "63C3")
card.status("002000800439393939", "63C1")
card.verify("80", "1234")
card.status("00200080", "63C3")
