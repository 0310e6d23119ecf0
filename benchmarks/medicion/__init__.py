"""Lo que ``benchmarks/medir.py`` mide, parte por parte."""
