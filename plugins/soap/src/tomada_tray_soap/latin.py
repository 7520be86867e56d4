"""What the service can keep of a text: Latin-1 alone (tray-soap-ftp.md 2.2, 8.2)."""

import unicodedata

_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2022": "*",
        "\u2026": "...",
        "\u20ac": "EUR",
        "\u2122": "(TM)",
        "\u0153": "oe",
        "\u0152": "OE",
        "\u2009": " ",
        "\u200b": "",
        "\u2028": "\n",
        "\u2029": "\n",
        "\ufeff": "",
    }
)


def latin(text: str) -> tuple[str, bool]:
    """Return the nearest text in Latin-1, and whether something of it was lost.

    Typographic signs become plain ones and an accent that Latin-1 lacks falls off, which is no loss; anything else
    becomes a question mark. Characters that XML cannot carry are dropped.
    """
    composed = unicodedata.normalize("NFC", text).translate(_PLAIN)
    kept, lost = [], False
    for sign in composed:
        if sign < " " and sign not in "\t\n\r":
            continue
        if sign <= "\xff":
            kept.append(sign)
            continue
        plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if part <= "\x7f")
        lost = lost or not plain
        kept.append(plain or "?")
    return "".join(kept), lost
