"""Fallas de verdad: se mata, se corta y se llena; y después se prueba que no falta ni sobra nada.

``make fallas`` las corre todas y muestra la tabla. Levantan su propia MariaDB, su propio Redis y un servidor
entero con lo que hay en ``deploy/``; como root, porque montan un disco chico.
"""
