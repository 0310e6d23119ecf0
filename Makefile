# make run    levanta la tienda            make test         las pruebas
# make lint   estilo, tipos y esquema      make test-lentas  choques y carga
SHELL := /bin/sh
PY := .venv/bin/python
# El cliente de MariaDB se compila: sólo se instala cuando hay una MariaDB que usar.
CON_MARIADB := $(if $(DB_HOST)$(shell grep -Es '^(export )?DB_HOST=[^[:space:]]' .env),requirements.txt)
PRUEBAS_CON := $(if $(DB_HOST),requirements.txt)
TRABAJADORES ?= auto
PRODUCCION := INVENTARIO_SIN_ENV=1 HTTPS=1 DEBUG=0 DB_HOST=127.0.0.1 HOSTS_PERMITIDOS=tienda.example \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')

.PHONY: run test test-lentas lint manana azar medir fallas entorno

run:
	@scripts/entorno.sh requirements-base.txt $(CON_MARIADB)
	@exec $(PY) manage.py iniciar

test:
	@scripts/entorno.sh requirements-dev.txt $(PRUEBAS_CON)
	@$(PY) -m pytest -n $(TRABAJADORES) --maxprocesses 8 $(ARGS)

test-lentas:
	@scripts/entorno.sh requirements-dev.txt $(PRUEBAS_CON)
	@$(PY) -m pytest -m lento $(ARGS)

lint: export DJANGO_SETTINGS_MODULE = inventario.settings_pruebas
lint:
	@scripts/entorno.sh requirements-dev.txt requirements.txt
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as revisar; revisar()' --no-cache
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	@echo "$(PY) manage.py check --deploy   # con los ajustes de producción"
	@$(PRODUCCION) DJANGO_SETTINGS_MODULE=inventario.settings $(PY) manage.py check --deploy --fail-level WARNING

manana:
	@scripts/entorno.sh requirements-dev.txt $(PRUEBAS_CON)
	@scripts/manana.sh

azar:
	@scripts/entorno.sh requirements-dev.txt $(PRUEBAS_CON)
	@$(PY) scripts/azar_api.py $(ARGS)

medir:
	@scripts/entorno.sh requirements-dev.txt requirements.txt
	@$(PY) benchmarks/medir.py $(ARGS)

# Cuántas veces se mata el servidor.
VECES ?= 100
fallas: export VECES := $(VECES)
fallas:
	@scripts/paquetes.sh gcc:gcc pkg-config:pkg-config mariadb_config:default-libmysqlclient-dev \
		mariadbd:mariadb-server redis-server:redis-server nginx:nginx curl:curl git:git openssl:openssl
	@scripts/entorno.sh requirements-dev.txt requirements.txt
	@$(PY) -m pytest -m falla inventario/mantenimiento/tests/fallas $(ARGS)

entorno:
	@scripts/entorno.sh requirements-dev.txt $(PRUEBAS_CON)
