"""Un puente TCP que corta: deja pasar lo que va, y a veces se traga lo que vuelve."""

import socket
import threading
from contextlib import suppress


class Puente:
    """Escucha en ``puerto`` y reenvía a ``destino``.

    Con ``cortar(n)``, de las próximas respuestas se traga ``n``: el servidor contestó y el cliente se
    queda sin saber. Lo enviado sí llega.
    """

    def __init__(self, destino: int) -> None:
        self._destino = destino
        self._enchufe = socket.create_server(("127.0.0.1", 0))
        self.puerto = int(self._enchufe.getsockname()[1])
        self._candado = threading.Lock()
        self._por_cortar = 0
        self.cortadas = 0
        threading.Thread(target=self._aceptar, daemon=True).start()

    def cortar(self, cuantas: int = 1) -> None:
        with self._candado:
            self._por_cortar += cuantas

    def cerrar(self) -> None:
        self._enchufe.close()

    def _aceptar(self) -> None:
        with suppress(OSError):
            while True:
                cliente, _ = self._enchufe.accept()
                servidor = socket.create_connection(("127.0.0.1", self._destino))
                for funcion in (self._ida, self._vuelta):
                    threading.Thread(target=funcion, args=(cliente, servidor), daemon=True).start()

    def _ida(self, cliente: socket.socket, servidor: socket.socket) -> None:
        with suppress(OSError):
            while trozo := cliente.recv(65536):
                servidor.sendall(trozo)
        self._colgar(cliente, servidor)

    def _vuelta(self, cliente: socket.socket, servidor: socket.socket) -> None:
        with suppress(OSError):
            while trozo := servidor.recv(65536):
                # Un dato de aplicación de TLS 1.2 (0x17): una respuesta, y no un saludo.
                if trozo[0] == 0x17 and self._toca():
                    break
                cliente.sendall(trozo)
        self._colgar(cliente, servidor)

    def _toca(self) -> bool:
        with self._candado:
            if not self._por_cortar:
                return False
            self._por_cortar -= 1
            self.cortadas += 1
            return True

    @staticmethod
    def _colgar(*enchufes: socket.socket) -> None:
        for enchufe in enchufes:
            with suppress(OSError):
                enchufe.shutdown(socket.SHUT_RDWR)
            enchufe.close()
