# A worker with everything the CPU configurations need: `docker build -t audio-minutes .`
# On a GPU machine the same image works with `docker run --gpus all`: the pinned torch brings CUDA.
ARG BASE=python:3.11-slim
FROM ${BASE}

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 DO_NOT_TRACK=1
# What [tool.prefect] of pyproject.toml says, which Prefect reads only in the folder of the project.
ENV PREFECT_SERVER_ANALYTICS_ENABLED=false PREFECT_RESULTS_DEFAULT_SERIALIZER=json

WORKDIR /app
COPY pyproject.toml requirements.txt README.md LICENSE ./
COPY flows flows
COPY tasks tasks
COPY configs configs
# Every package by its hash; ours by what was copied, built with what is there already.
RUN python -m pip install --require-hashes --requirement requirements.txt \
    && python -m pip install --no-deps --no-build-isolation . \
    && rm -rf flows tasks configs

# Any user may run it (compose.yaml lets it be yours); 10001 does where nobody says another.
RUN useradd --create-home --uid 10001 minutes && chmod 755 /home/minutes \
    && mkdir /recordings /minutes /models && chown minutes /minutes /models
USER minutes
WORKDIR /home/minutes
ENV HF_HOME=/models MINUTES_FOLDER=/recordings MINUTES_OUT=/minutes MINUTES_CONFIG=embedded
# A new volume at /models begins with what lies there in the image.
RUN minutes models pull --config embedded
VOLUME ["/recordings", "/minutes", "/models"]

# compose.yaml brings a server and a database with it. PREFECT_API_URL names the server. A worker of a pool instead: prefect worker start --pool minutes
CMD ["minutes", "serve", "--folder", "/recordings", "--out", "/minutes"]
