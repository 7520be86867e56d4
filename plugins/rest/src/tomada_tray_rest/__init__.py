"""Tray E-commerce over REST, as a plugin of Tomada."""

from tomada_tray_rest.plugin import TrayRest

plugin = TrayRest()
