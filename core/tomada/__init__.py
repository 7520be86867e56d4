"""Tomada keeps an ERP and its stores in step."""

__version__ = "0.1.0"
