# Two stages: the first builds the environment from the lock, the second runs it, without build tools, as nobody.
FROM python:3.13-slim AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install --no-cache-dir 'uv>=0.13,<0.14'
WORKDIR /src
COPY pyproject.toml uv.lock README.md ./
COPY tablet/pyproject.toml tablet/README.md ./tablet/
COPY proof/pyproject.toml proof/README.md ./proof/
COPY clients/python/pyproject.toml clients/python/README.md ./clients/python/
# Dependencies first: they change less often than the code.
RUN uv sync --locked --no-dev --extra linkage --no-install-project
# The web apps. Their Node.js has an environment of its own and stays behind.
COPY web ./web
# The field app says which version it is.
COPY app/__init__.py ./app/
RUN UV_PROJECT_ENVIRONMENT=.node uv sync --locked --only-group node && .node/bin/python web/tools/web.py build
COPY hatch_build.py ./
COPY app ./app
COPY migrations ./migrations
RUN uv sync --locked --no-dev --extra linkage --no-editable

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 KUMKM_HOST=0.0.0.0 PORT=8000 KUMKM_STORAGE=/var/lib/kumkm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kumkm \
 && install --directory --owner=kumkm /var/lib/kumkm
COPY --from=build /opt/venv /opt/venv
USER kumkm
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD \
  ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["kumkm", "serve"]
