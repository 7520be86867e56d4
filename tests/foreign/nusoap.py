"""nuSOAP: the web service of a Tray store, by the library that Tray's own service is written with (2.2)."""

import json
import re
from pathlib import Path

from tests.foreign.ground import free_port
from tests.foreign.running import Peer
from tomada_sandbox.soap.operations import INTEGERS, OPERATIONS, STRUCTS

PACKAGES = ("libnusoap-php", "php-cli", "php-xml")
RELAY = Path(__file__).with_name("relay.php")
_EXTENSIONS = ("xml", "dom", "simplexml", "iconv")
_CLASS = re.compile(r"^class\s+(\w+)", re.MULTILINE)


def peer(packages: Path, folder: Path) -> Peer:
    """Return the server, set up; a path at it begins with the port of the sandbox that is asked."""
    port = free_port()
    library = folder / "nusoap.php"
    source = packages / "usr/share/php/nusoap/nusoap.php"
    library.write_text(modern(source.read_text("iso-8859-1")), "iso-8859-1")
    contract = folder / "contract.json"
    contract.write_text(json.dumps(_contract()))
    extensions = next((packages / "usr/lib/php").glob("2*"))
    loaded = [word for name in _EXTENSIONS for word in ("-d", f"extension={name}")]
    settings = ["-d", f"extension_dir={extensions}", *loaded, "-d", "display_errors=0", "-d", "log_errors=1"]
    told = [f"NUSOAP={library}", f"CONTRACT={contract}"]
    php = next((packages / "usr/bin").glob("php[0-9]*"))
    command = ["env", *told, str(php), "-n", *settings, "-S", f"127.0.0.1:{port}", str(RELAY)]
    return Peer("nusoap", command, {"http": port})


def modern(source: str) -> str:
    """Name the constructors as PHP 8 looks for them: the library calls each by its class, as PHP 4 did."""
    classes = "|".join(_CLASS.findall(source))
    source = re.sub(rf"\bfunction\s+(?:{classes})\s*\(", "function __construct(", source)
    return re.sub(rf"\bparent::(?:{classes})\s*\(", "parent::__construct(", source)


def _contract() -> dict[str, object]:
    """Return the operations and structs as the relay registers them."""
    return {
        "structs": {
            struct: {member: "int" if member in INTEGERS else "string" for member in members}
            for struct, members in STRUCTS.items()
        },
        "operations": {
            name: {"parts": operation.parts, "struct": operation.struct}
            for name, operation in OPERATIONS.items()
        },
    }
