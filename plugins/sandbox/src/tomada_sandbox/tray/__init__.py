"""A local Tray store: the web_api of tray-rest.md."""
