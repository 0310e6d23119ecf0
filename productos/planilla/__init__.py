"""Planillas de productos (CSV y XLSX): leerlas y escribirlas fila a fila, sin tenerlas enteras en memoria."""
