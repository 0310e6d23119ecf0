"""Los sockets de una persona: de su saludo a su despedida, sin saber qué dicen.

``Central`` es una por proceso: tiene a mano las conexiones locales, las anota como presentes,
comprueba que su sesión siga abierta, les entrega sus notificaciones y las une con las de otros
procesos por la capa de Channels. El vocabulario lo pone quien atiende (``productos.escaneo``).
"""
