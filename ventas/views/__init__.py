"""Puertas HTTP de las ventas: traducen, llaman una vez al dominio y traducen de vuelta."""
