"""Autenticación por token de acceso."""

from rest_framework_simplejwt.authentication import JWTAuthentication


class SesionJWTAuthentication(JWTAuthentication):
    """Token de acceso de una sesión abierta."""
