# Tandem in a container: built in one stage, run in another that has no build tools and no root.
FROM python:3.11-slim AS build
WORKDIR /tandem
RUN python -m venv /venv
COPY requirements.lock pyproject.toml README.md ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY app app
COPY scripts/catalogues.py scripts/catalogues.py
RUN /venv/bin/python scripts/catalogues.py compile \
 && /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && /venv/bin/python -m compileall -q app \
 && /venv/bin/pip uninstall --yes --quiet setuptools pip

FROM python:3.11-slim
RUN pip uninstall --yes --quiet setuptools wheel pip || true \
 && useradd --system --create-home --home-dir /var/lib/tandem tandem
COPY --from=build /venv /venv
WORKDIR /tandem
COPY alembic.ini ./
COPY migrations migrations
COPY --from=build /tandem /tandem
USER tandem
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 TANDEM_DATABASE_URL=sqlite:////var/lib/tandem/tandem.db
VOLUME /var/lib/tandem
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["sh", "-c", "tandem migrate && tandem reference && exec tandem serve --host 0.0.0.0 --port 8000"]
