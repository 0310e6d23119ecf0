"""El catálogo en la API."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.base.api.campos import a_numero
from inventario.base.api.esquema import MensajeSalida, error
from inventario.base.api.filtros import leer
from inventario.base.api.forma import escribir, escribir_todos
from inventario.base.api.peticion import actor_de
from inventario.base.fechas import dia_de
from productos import ejemplos
from productos.autenticacion import leido, sesion_y_producto
from productos.consultas import buscar_productos, producto_cargado, se_muestra, total_sin_contar
from productos.models import Categoria, Producto
from productos.permisos import TodosLeenSoloAdministradorEscribe
from productos.serializers.catalogo import (
    CategoriaConMensaje,
    CategoriaEntrada,
    CategoriaSalida,
    FiltroProductos,
    ProductoCambios,
    ProductoConMensaje,
    ProductoEntrada,
    ProductoSalida,
)
from productos.servicios import (
    DatosProducto,
    ProductoNoEncontrado,
    crear_categoria,
    crear_producto,
    desactivar_producto,
    editar_producto,
)
from productos.views.comun import NO_ESTA

DUPLICADO = error(
    "codigo_duplicado",
    "Ese código de barras ya es de otro producto",
    {"codigo_barras": ["7801234567894 ya es de otro producto"]},
)


class ProductosVista(viewsets.GenericViewSet[Producto]):
    """Los productos de la tienda."""

    permission_classes = [TodosLeenSoloAdministradorEscribe]

    @extend_schema(
        summary="Productos, con búsqueda sin tildes",
        description="Un Cliente sólo ve los activos.",
        parameters=[FiltroProductos],
        responses={200: ProductoSalida(many=True)},
        examples=[OpenApiExample("Uno", value=[ejemplos.PRODUCTO], response_only=True)],
        tags=["productos"],
    )
    def list(self, request: Request) -> Response:
        hoy, actor, filtro = dia_de(timezone.now()), actor_de(request), leer(FiltroProductos, request)
        productos = buscar_productos(actor=actor, hoy=hoy, **filtro)
        self.total = total_sin_contar(actor=actor, **filtro)
        pagina = self.paginate_queryset(productos)
        return self.get_paginated_response(escribir_todos(ProductoSalida, pagina or (), hoy=hoy))

    @extend_schema(
        summary="Crear un producto",
        request=ProductoEntrada,
        responses={201: ProductoConMensaje, 409: DUPLICADO},
        examples=[
            OpenApiExample("Azúcar", value=ejemplos.PEDIDO, request_only=True),
            OpenApiExample(
                "Creado",
                value={"msg": "Producto creado", **ejemplos.PRODUCTO},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["productos"],
    )
    def create(self, request: Request) -> Response:
        entrada = ProductoEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        producto = crear_producto(
            datos=DatosProducto(**entrada.validated_data),
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return _responder(producto.pk, "Producto creado", status.HTTP_201_CREATED)


class ProductoPorCodigoVista(viewsets.ViewSet):
    """Un producto, por cualquiera de sus códigos o por una etiqueta de balanza."""

    buscar_sesion = staticmethod(sesion_y_producto)
    permission_classes = [TodosLeenSoloAdministradorEscribe]

    @extend_schema(
        summary="El producto de un código de barras",
        description="Una etiqueta de balanza da su ítem, con los kilos que dice en `cantidad`.",
        responses={200: ProductoConMensaje, 404: NO_ESTA},
        examples=[
            OpenApiExample(
                "Azúcar",
                value={"msg": "Producto encontrado", **ejemplos.PRODUCTO},
                response_only=True,
                status_codes=["200"],
            ),
        ],
        tags=["productos"],
    )
    def retrieve(self, request: Request, codigo: str) -> Response:
        hoy, encontrado = leido(request, codigo)
        if encontrado is None or not se_muestra(encontrado.producto, actor_de(request)):
            raise ProductoNoEncontrado
        cuerpo = {
            "msg": "Producto encontrado",
            **escribir(ProductoSalida, encontrado.producto, hoy=hoy),
        }
        if encontrado.kilos is not None:
            cuerpo["cantidad"] = a_numero(encontrado.kilos)
        if encontrado.precio_clp is not None:
            cuerpo["precio_etiqueta"] = encontrado.precio_clp
        return Response(cuerpo)

    @extend_schema(
        summary="Editar un producto",
        description=(
            "Cambia sólo lo que viene, todo o nada. Un `stock` distinto es un ajuste de inventario: "
            "deja su movimiento en el kardex con quién y por qué (`motivo`)."
        ),
        request=ProductoCambios(partial=True),
        responses={200: ProductoConMensaje, 404: NO_ESTA, 409: DUPLICADO},
        examples=[
            OpenApiExample("Subir el precio", value={"precio_venta": 1390}, request_only=True),
            OpenApiExample(
                "Contar de nuevo", value={"stock": 23, "motivo": "Uno roto"}, request_only=True
            ),
            OpenApiExample(
                "Editado",
                value={"msg": "Producto actualizado", **ejemplos.PRODUCTO},
                response_only=True,
                status_codes=["200"],
            ),
        ],
        tags=["productos"],
    )
    def update(self, request: Request, codigo: str) -> Response:
        entrada = ProductoCambios(data=request.data, partial=True)
        entrada.is_valid(raise_exception=True)
        cambios = dict(entrada.validated_data)
        motivo = cambios.pop("motivo", "")
        producto = editar_producto(
            codigo=codigo,
            cambios=cambios,  # type: ignore[arg-type]
            motivo=motivo,
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        return _responder(producto.pk, "Producto actualizado")

    @extend_schema(
        summary="Desactivar un producto",
        description="Queda Inactivo; nada se borra.",
        request=None,
        responses={200: MensajeSalida, 404: NO_ESTA},
        examples=[
            OpenApiExample(
                "Hecho",
                value={"msg": "Producto desactivado"},
                response_only=True,
                status_codes=["200"],
            )
        ],
        tags=["productos"],
    )
    def destroy(self, request: Request, codigo: str) -> Response:
        desactivar_producto(codigo=codigo, actor=actor_de(request), ahora=timezone.now())
        return Response({"msg": "Producto desactivado"})


class CategoriasVista(viewsets.GenericViewSet[Categoria]):
    """Las categorías de la tienda."""

    permission_classes = [TodosLeenSoloAdministradorEscribe]

    @extend_schema(
        summary="Categorías, por nombre",
        responses={200: CategoriaSalida(many=True)},
        examples=[OpenApiExample("Una", value=[ejemplos.CATEGORIA], response_only=True)],
        tags=["productos"],
    )
    def list(self, request: Request) -> Response:
        pagina = self.paginate_queryset(Categoria.objects.order_by("nombre_normalizado"))
        return self.get_paginated_response(CategoriaSalida(pagina, many=True).data)

    @extend_schema(
        summary="Crear una categoría",
        request=CategoriaEntrada,
        responses={
            201: CategoriaConMensaje,
            409: error("categoria_duplicada", "Ya existe una categoría con ese nombre"),
        },
        examples=[
            OpenApiExample("Lácteos", value={"nombre_categoria": "Lácteos"}, request_only=True),
            OpenApiExample(
                "Creada",
                value={"msg": "Categoría creada", **ejemplos.CATEGORIA},
                response_only=True,
                status_codes=["201"],
            ),
        ],
        tags=["productos"],
    )
    def create(self, request: Request) -> Response:
        entrada = CategoriaEntrada(data=request.data)
        entrada.is_valid(raise_exception=True)
        categoria = crear_categoria(
            nombre=entrada.validated_data["nombre_categoria"],
            actor=actor_de(request),
            ahora=timezone.now(),
        )
        cuerpo = {"msg": "Categoría creada", **CategoriaSalida(categoria).data}
        return Response(cuerpo, status=status.HTTP_201_CREATED)


def _responder(producto_id: int, msg: str, estado: int = status.HTTP_200_OK) -> Response:
    hoy = dia_de(timezone.now())
    salida = escribir(ProductoSalida, producto_cargado(producto_id, hoy=hoy), hoy=hoy)
    return Response({"msg": msg, **salida}, status=estado)
