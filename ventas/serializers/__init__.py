"""Forma de las ventas en la API: lo que entra y lo que sale."""
