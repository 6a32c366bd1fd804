"""The card in the first reader with one, by pyscard: a client that shares no code with the card.

An assertion that fails ends the script, and so the test.
"""

from smartcard.System import readers
from smartcard.util import toBytes, toHexString

JPKI = "D392F000260100000001"
TEXT = "D3921000310001010408"
VISUAL = "D3921000310001010402"


class Card:
    def __init__(self):
        for reader in readers():
            connection = reader.createConnection()
            try:
                connection.connect()
            except Exception:  # no card in this one
                continue
            self.connection = connection
            return
        raise SystemExit("no card in any reader")

    def transmit(self, command):
        """Data and status word."""
        data, sw1, sw2 = self.connection.transmit(toBytes(command))
        return bytes(data), f"{sw1:02X}{sw2:02X}"

    def ok(self, command):
        data, status = self.transmit(command)
        assert status == "9000", f"{status} to {command}"
        return data

    def status(self, command, expected):
        data, status = self.transmit(command)
        assert status == expected, f"{status} to {command}, not {expected}"
        assert data == b"", f"{toHexString(list(data))} to {command}"

    def select(self, application):
        self.ok(f"00A4040C0A{application}")

    def select_file(self, identifier):
        self.ok(f"00A4020C02{identifier}")

    def verify(self, p2, pin):
        self.ok(f"002000{p2}{len(pin):02X}{pin.encode().hex()}")


def der_length(start):
    """The length of a DER object with a length field of 82, header included."""
    assert start[:2] == b"\x30\x82", start[:4]
    return 4 + int.from_bytes(start[2:4], "big")
