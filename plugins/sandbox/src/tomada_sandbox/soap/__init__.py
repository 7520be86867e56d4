"""The older web service of a Tray store: SOAP 1.1, RPC/encoded, as nuSOAP serves it (tray-soap-ftp.md 2, 8)."""
