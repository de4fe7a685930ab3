"""Deskchat: chat for the desk of a business application."""

__version__ = "0.1.0"
