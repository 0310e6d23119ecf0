"""Las tareas programadas y su historial: se miran, se pausan, se reprograman y se mandan correr."""

from datetime import time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success, Task
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSingleTimeWidget

from inventario.base.admin_accion import Pregunta, preguntar
from inventario.base.admin_comun import AdminDeLectura, FiltroDias
from inventario.mantenimiento import agenda

# Los que trae django-q2 están en inglés y dejan editar la función que corre.
for modelo in (Schedule, Success, Failure, OrmQ):
    admin.site.unregister(modelo)


class SinPreguntas(forms.Form):
    """Sólo para confirmar."""


class FormularioHora(forms.Form):
    hora = forms.TimeField(widget=UnfoldAdminSingleTimeWidget, help_text="De la tienda; todos los días.")


class FormularioMinutos(forms.Form):
    minutos = forms.IntegerField(
        label="Cada cuántos minutos", min_value=1, max_value=24 * 60, widget=UnfoldAdminIntegerFieldWidget
    )


def hora_diaria(cron: str | None) -> time | None:
    """La hora de un cron de todos los días (``"30 4 * * *"``), o ``None`` si es de otra forma."""
    partes = (cron or "").split()
    if len(partes) != 5 or partes[2:] != ["*"] * 3 or not all(p.isdecimal() for p in partes[:2]):
        return None
    return time(int(partes[1]), int(partes[0]))


def _nombre(tarea: Schedule) -> str:
    return str(tarea.name).capitalize()


@admin.register(Schedule)
class ProgramadaAdmin(AdminDeLectura):
    list_display = ("nombre", "cuando", "proxima", "situacion", "resultado")
    list_display_links = ("nombre",)
    ordering = ("name",)
    actions_detail = ("cambiar_horario", "pausar_o_reanudar", "correr_ya")
    fieldsets = ((None, {"fields": ("nombre", "cuando", "proxima", "situacion", "resultado", "funcion")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets[0][1]["fields"]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Schedule]":
        ultima = Task.objects.filter(id=OuterRef("task")).values("success")[:1]
        programadas: QuerySet[Schedule] = Schedule.objects.annotate(ultima_bien=Subquery(ultima))
        return programadas

    def has_cambiar_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("django_q.change_schedule")

    @action(
        description="Cambiar horario", icon="schedule", url_path="horario", permissions=["cambiar"]
    )
    def cambiar_horario(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(tarea: Schedule) -> Pregunta:
            por_minutos = tarea.schedule_type == Schedule.MINUTES
            return Pregunta(
                titulo="Cambiar horario", objeto=_nombre(tarea),
                boton="Guardar",
                formulario=FormularioMinutos if por_minutos else FormularioHora,
                inicial={"minutos": tarea.minutes, "hora": hora_diaria(tarea.cron)},
            )

        def hacer(tarea: Schedule, datos: dict[str, Any]) -> str:
            quien = {"tarea_id": tarea.pk, "actor": self.actor(request), "ahora": timezone.now()}
            if "minutos" in datos:
                agenda.cambiar_minutos(minutos=datos["minutos"], **quien)
            else:
                agenda.cambiar_hora(hora=datos["hora"], **quien)
            return f"«{tarea.name}» tiene otro horario"

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(
        description="Pausar o reanudar", icon="pause", url_path="pausa", permissions=["cambiar"]
    )
    def pausar_o_reanudar(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(tarea: Schedule) -> Pregunta:
            if agenda.esta_pausada(tarea):
                return Pregunta(
                    titulo="Reanudar la tarea", objeto=_nombre(tarea), boton="Reanudar",
                    formulario=SinPreguntas, explicacion="Vuelve a correr en su horario.",
                )
            return Pregunta(
                titulo="Pausar la tarea", objeto=_nombre(tarea), boton="Pausar", formulario=SinPreguntas,
                peligrosa=True,
                explicacion="No corre más hasta que la reanude, aunque la tienda se apague y encienda.",
            )

        def hacer(tarea: Schedule, datos: dict[str, Any]) -> str:
            pausada = agenda.esta_pausada(tarea)
            orden = agenda.reanudar if pausada else agenda.pausar
            orden(tarea_id=tarea.pk, actor=self.actor(request), ahora=timezone.now())
            return f"«{tarea.name}» quedó {'activa' if pausada else 'pausada'}"

        return preguntar(self, request, object_id, pregunta, hacer)

    @action(description="Correr ahora", icon="play_arrow", url_path="correr", permissions=["cambiar"])
    def correr_ya(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def pregunta(tarea: Schedule) -> Pregunta:
            return Pregunta(
                titulo="Correr la tarea ahora", objeto=_nombre(tarea), boton="Correr ahora",
                formulario=SinPreguntas,
                explicacion="Parte en cuanto un trabajador esté libre; después sigue su horario.",
            )

        def hacer(tarea: Schedule, datos: dict[str, Any]) -> str:
            agenda.correr_ya(tarea_id=tarea.pk, actor=self.actor(request), ahora=timezone.now())
            return f"«{tarea.name}» va a correr"

        return preguntar(self, request, object_id, pregunta, hacer)

    @display(description="tarea", ordering="name")
    def nombre(self, tarea: Schedule) -> str:
        return _nombre(tarea)

    @display(description="cuándo")
    def cuando(self, tarea: Schedule) -> str:
        if tarea.schedule_type == Schedule.MINUTES:
            return "Cada minuto" if tarea.minutes == 1 else f"Cada {tarea.minutes} minutos"
        hora = hora_diaria(tarea.cron)
        return f"Todos los días a las {hora:%H:%M}" if hora else f"Cron {tarea.cron}"

    @display(description="próxima vez", ordering="next_run")
    def proxima(self, tarea: Schedule) -> str | None:
        return f"{timezone.localtime(tarea.next_run):%d-%m-%Y %H:%M}" if tarea.next_run else None

    @display(description="función")
    def funcion(self, tarea: Schedule) -> str:
        return str(tarea.func)

    @display(description="estado", label={"Activa": "success", "Pausada": "warning"})
    def situacion(self, tarea: Schedule) -> str:
        return "Pausada" if agenda.esta_pausada(tarea) else "Activa"

    @display(
        description="última vez", label={"Bien": "success", "Falló": "danger", "Sin historial": "default"}
    )
    def resultado(self, tarea: Any) -> str:
        if tarea.ultima_bien is None:
            return "Sin historial"
        return "Bien" if tarea.ultima_bien else "Falló"


class _HistorialAdmin(AdminDeLectura):
    list_display = ("tarea", "started", "duracion", "salida_corta")
    list_display_links = ("tarea", "started")
    list_filter = (("started", FiltroDias),)
    search_fields = ("group", "func")
    ordering = ("-started",)
    fieldsets = ((None, {"fields": ("tarea", "func", "started", "stopped", "attempt_count", "salida")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets[0][1]["fields"]

    @display(description="tarea", ordering="group")
    def tarea(self, hecha: Task) -> str:
        return str(hecha.group or hecha.func).capitalize()

    @display(description="duración")
    def duracion(self, hecha: Task) -> str:
        return f"{hecha.time_taken():.1f} s".replace(".", ",")

    @display(description="resultado")
    def salida_corta(self, hecha: Task) -> str:
        return str(hecha.result or "")[:80]

    @display(description="resultado")
    def salida(self, hecha: Task) -> str:
        return "" if hecha.result is None else str(hecha.result)


@admin.register(Success)
class TareaHechaAdmin(_HistorialAdmin):
    """Las que terminaron bien."""


@admin.register(Failure)
class TareaFallidaAdmin(_HistorialAdmin):
    """Las que fallaron."""
