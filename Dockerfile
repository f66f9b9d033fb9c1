# One machine's archive: `docker compose up` runs the nights, Prefect's UI and the web pages over one data folder.
FROM python:3.13-slim

RUN useradd --create-home --uid 1000 tinkhoi && mkdir /data && chown tinkhoi /data
WORKDIR /opt/tinkhoi

# The locked packages first, so that a change of the program does not install them again.
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock

COPY pyproject.toml README.md LICENSE prefect.yaml ./
COPY scraper ./scraper
COPY flows ./flows
RUN /opt/venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation . && rm -rf /opt/tinkhoi/build

USER 1000
WORKDIR /data
ENV PATH=/opt/venv/bin:$PATH TINKHOI_DATA=/data LANG=C.UTF-8 PYTHONUNBUFFERED=1
VOLUME /data

ENTRYPOINT ["tinkhoi"]
CMD ["--help"]
