"""Argon2id con memoria moderada: los 100 MiB por omisión ahogan una máquina de tienda."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Moderado(Argon2PasswordHasher):
    """19 MiB, 2 pasadas, 1 hilo: el mínimo que recomienda OWASP para Argon2id."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
