"""pyjpki reads 255 bytes at a time, without asking how long the file is, until the card says 6B00: a card that answers 6282
to the short block, 6Cxx to one too long, or 9000 behind the end, breaks it or never lets it go."""

from card import JPKI, Card, der_length

card = Card()
for identifier in ["000A", "000B", "0002"]:
    card.select(JPKI)
    card.select_file(identifier)
    read, blocks = b"", []
    for _ in range(100):
        data, status = card.transmit(f"00B0{len(read):04X}FF")
        if status == "6B00":
            assert data == b""
            break
        assert status == "9000", status
        blocks.append(len(data))
        read += data
    else:
        raise AssertionError("no end")
    assert blocks[:-1] == [255] * (len(blocks) - 1) and 0 < blocks[-1] <= 255, blocks
    assert len(read) == der_length(read), identifier
