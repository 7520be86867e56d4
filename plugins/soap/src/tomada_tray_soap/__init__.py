"""Tray E-commerce over its older web service (SOAP), as a plugin of Tomada."""

from tomada_tray_soap.plugin import TraySoap

plugin = TraySoap()
