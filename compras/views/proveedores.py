"""Proveedores en la API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from compras import ejemplos
from compras.consultas import buscar_proveedores, productos_de_proveedor, proveedor_por_id
from compras.models import Proveedor, ProveedorProducto
from compras.serializers.compras import (
    FiltroProveedores,
    ProductoDeProveedorSalida,
    ProductosOfrecidosEntrada,
    ProveedorConMensaje,
    ProveedorEntrada,
    ProveedorSalida,
)
from compras.servicios import (
    DatosProveedor,
    crear_proveedor,
    desactivar_proveedor,
    editar_proveedor,
    fijar_productos,
)
from inventario.base.api.esquema import MensajeSalida, error
from inventario.base.api.filtros import leer
from inventario.base.api.permisos import SoloAdministrador
from inventario.base.api.peticion import actor_de

NO_ESTA = error("proveedor_no_encontrado", "Proveedor no encontrado")
DUPLICADO = error("proveedor_duplicado", "Ya existe un proveedor con ese nombre o RUT")


def _con_mensaje(proveedor: Proveedor, msg: str) -> dict[str, Any]:
    return {"msg": msg, **ProveedorSalida(proveedor).data}


def _ejemplo(nombre: str, msg: str, estado: str) -> OpenApiExample:
    return OpenApiExample(
        nombre, value={"msg": msg, **ejemplos.PROVEEDOR}, response_only=True, status_codes=[estado]
    )


class ProveedoresVista(viewsets.GenericViewSet[Proveedor]):
    """Todos los proveedores."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Proveedores",
        parameters=[FiltroProveedores],
        responses={200: ProveedorSalida(many=True)},
        examples=[OpenApiExample("Uno", value=[ejemplos.PROVEEDOR], response_only=True)],
        tags=["compras"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(buscar_proveedores(**leer(FiltroProveedores, request)))
        return self.get_paginated_response(ProveedorSalida(pagina, many=True).data)

    @extend_schema(
        summary="Crear un proveedor",
        request=ProveedorEntrada,
        responses={201: ProveedorConMensaje, 409: DUPLICADO},
        examples=[
            OpenApiExample("Nuevo", value=ejemplos.PROVEEDOR_NUEVO, request_only=True),
            _ejemplo("Creado", "Proveedor creado", "201"),
        ],
        tags=["compras"],
    )
    def create(self, request: Request) -> Response:
        entrada = ProveedorEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        proveedor = crear_proveedor(
            datos=DatosProveedor(**entrada.validated_data),
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return Response(_con_mensaje(proveedor, "Proveedor creado"), status.HTTP_201_CREATED)


class ProveedorVista(viewsets.ViewSet):
    """Un proveedor."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Un proveedor",
        responses={200: ProveedorConMensaje, 404: NO_ESTA},
        examples=[_ejemplo("Uno", "Proveedor encontrado", "200")],
        tags=["compras"],
    )
    def retrieve(self, request: Request, id_proveedor: int) -> Response:
        return Response(_con_mensaje(proveedor_por_id(id_proveedor), "Proveedor encontrado"))

    @extend_schema(
        summary="Editar un proveedor",
        description="Cambia sólo lo que viene.",
        request=ProveedorEntrada(partial=True),
        responses={200: ProveedorConMensaje, 404: NO_ESTA, 409: DUPLICADO},
        examples=[
            OpenApiExample("Cambiar el plazo", value={"plazo_pago": 45}, request_only=True),
            _ejemplo("Editado", "Proveedor actualizado", "200"),
        ],
        tags=["compras"],
    )
    def update(self, request: Request, id_proveedor: int) -> Response:
        entrada = ProveedorEntrada(data=request.data, partial=True)
        entrada.is_valid(raise_exception=True)
        proveedor = editar_proveedor(
            proveedor_id=id_proveedor,
            cambios=entrada.validated_data,
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return Response(_con_mensaje(proveedor, "Proveedor actualizado"))

    @extend_schema(
        summary="Desactivar un proveedor",
        description="Queda Inactivo: no se le compra ni se le pide más. Nunca se borra.",
        responses={200: MensajeSalida, 404: NO_ESTA},
        examples=[
            OpenApiExample("Hecho", value={"msg": "Proveedor desactivado"}, response_only=True)
        ],
        tags=["compras"],
    )
    def destroy(self, request: Request, id_proveedor: int) -> Response:
        desactivar_proveedor(
            proveedor_id=id_proveedor, actor=actor_de(request), ahora=timezone.now()
        )
        return Response({"msg": "Proveedor desactivado"})


class ProductosDeProveedorVista(viewsets.GenericViewSet[ProveedorProducto]):
    """Lo que un proveedor vende."""

    permission_classes = [SoloAdministrador]

    @extend_schema(
        summary="Lo que un proveedor vende",
        description="Lo anota cada compra; el código del proveedor y de a cuánto se pide, una persona.",
        responses={200: ProductoDeProveedorSalida(many=True), 404: NO_ESTA},
        examples=[OpenApiExample("Uno", value=[ejemplos.PRODUCTO_OFRECIDO], response_only=True)],
        tags=["compras"],
    )
    def list(self, request: Request, id_proveedor: int) -> Response:
        proveedor = proveedor_por_id(id_proveedor)
        pagina = self.paginate_queryset(productos_de_proveedor(proveedor.pk))
        return self.get_paginated_response(ProductoDeProveedorSalida(pagina, many=True).data)

    @extend_schema(
        summary="Agregar o corregir lo que un proveedor vende",
        description="Lo que no se nombra queda como está.",
        request=ProductosOfrecidosEntrada,
        responses={200: MensajeSalida, 404: NO_ESTA},
        examples=[
            OpenApiExample(
                "Por caja de diez",
                value={
                    "productos": [
                        {
                            "codigo_barras": "7801234567894",
                            "codigo_proveedor": "AZ-1000",
                            "multiplo": 10,
                        }
                    ]
                },
                request_only=True,
            ),
            OpenApiExample(
                "Hecho", value={"msg": "Productos del proveedor actualizados"}, response_only=True
            ),
        ],
        tags=["compras"],
    )
    def update(self, request: Request, id_proveedor: int) -> Response:
        entrada = ProductosOfrecidosEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        fijar_productos(
            proveedor_id=id_proveedor,
            productos=entrada.a_productos(),
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return Response({"msg": "Productos del proveedor actualizados"})
