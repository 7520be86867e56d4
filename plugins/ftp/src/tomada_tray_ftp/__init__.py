"""Tray E-commerce by file exchange, as a plugin of Tomada."""

from tomada_tray_ftp.plugin import TrayFtp

plugin = TrayFtp()
