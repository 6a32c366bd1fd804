"""pyjpki selects the application once more between VERIFY and what the PIN was for, and signs a DigestInfo without the NULL
that the standard has: a card that forgets the PIN, or looks at what it signs, breaks it."""

import hashlib

from card import JPKI, TEXT, VISUAL, Card

card = Card()
card.select(JPKI)
card.select_file("0018")
card.verify("80", "4821")
card.select(JPKI)
card.select_file("0017")
digest = hashlib.sha256("この文書に署名する。".encode()).hexdigest()
without_null = f"302F300B06096086480165030402010420{digest}"
assert len(without_null) == 2 * 0x31
signature = card.ok(f"802A008031{without_null}00")
assert len(signature) == 256

# The padding is PKCS#1 v1.5 around exactly what was sent: so says the public key of the certificate, which stands behind
# rsaEncryption as BIT STRING { SEQUENCE { INTEGER modulus, INTEGER 65537 } }.
certificate = b""
card.select_file("000A")
while True:
    data, status = card.transmit(f"00B0{len(certificate):04X}00")
    if status == "6B00":
        break
    assert status == "9000", status
    certificate += data
at = certificate.index(bytes.fromhex("06092A864886F70D0101010500"))
at = certificate.index(bytes.fromhex("02820101"), at) + 4
modulus = int.from_bytes(certificate[at : at + 257], "big")
padded = pow(int.from_bytes(signature, "big"), 65537, modulus).to_bytes(256, "big")
assert padded == b"\x00\x01" + b"\xFF" * (253 - 0x31) + b"\x00" + bytes.fromhex(without_null)

card.select_file("001B")
card.verify("80", "ABC123")
card.select(JPKI)
card.select_file("0001")
card.ok("00B00000FF")

# Another application does take it away.
card.select(VISUAL)
card.select(JPKI)
card.select_file("0001")
card.status("00B00000FF", "6982")

card.select(TEXT)
card.select_file("0011")
card.verify("80", "1234")
card.select(TEXT)
card.select_file("0002")
assert card.ok("00B0000000").startswith(b"\xFF\x20")
