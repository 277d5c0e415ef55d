"""The process in which llama.cpp runs: started with its settings as JSON on stdin, ended by closing stdin.

It answers over a Unix socket that only its owner can reach; no port is opened. It says one line on stdout when it is ready. Run
as a file of its own, it imports nothing of this project.
"""

import json
import os
import sys


def main() -> None:
    """Open the model, say so, and wait for the end of stdin."""
    say = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the library prints is no answer
    import xllamacpp  # type: ignore[import-untyped]

    settings = json.loads(sys.stdin.readline())
    params = xllamacpp.CommonParams()
    params.model.path = settings["model"]
    params.hostnames = [settings["socket"]]
    params.n_ctx, params.n_parallel = settings["context_tokens"], settings["parallel"]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings["threads"]
    params.n_gpu_layers = 999 if settings["gpu"] else 0
    params.n_threads_http = settings["parallel"] + 1
    params.verbosity = 1  # errors
    params.offline, params.ui, params.warmup, params.endpoint_slots = True, False, False, False
    params.force_pure_content_parser = True  # answers are read here
    params.fit_params = False  # it would shorten the context and not say so
    params.cache_ram_mib = 0  # beside what the slots hold, prompts would be kept in gigabytes
    server = xllamacpp.Server(params)
    gpus = [found for found in xllamacpp.get_device_info() if "GPU" in found["type"].name]
    print(json.dumps({"gpu": bool(gpus), "socket": server.listening_address}), file=say, flush=True)
    sys.stdin.read()
    os._exit(0)  # at once: nothing here is worth a tidy end


if __name__ == "__main__":
    main()
