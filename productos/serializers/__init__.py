"""Formas del catálogo y su stock en la API."""
