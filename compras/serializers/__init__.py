"""Formas de las compras en la API."""
