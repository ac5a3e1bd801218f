"""gunicorn's configuration: one process with threads, which is the smallest that serves all (stack.md, spike)."""

import gc
from typing import Any

from matricule import attestations
from matricule.core.config import current
from matricule.site import logs

_CONFIG = current()

bind = f"{'127.0.0.1' if _CONFIG.demo else _CONFIG.bind}:{_CONFIG.port}"
worker_class = "matricule.site.web_worker.Worker"
workers = 1
threads = _CONFIG.web_threads
timeout = 60
graceful_timeout = 25
keepalive = 5
control_socket_disable = True
accesslog = None
forwarded_allow_ips = ""
logconfig_dict = logs.description(_CONFIG.log_level)


def post_worker_init(worker: Any) -> None:
    """Make letters in a child; leave what stays to the end out of every search for garbage, and search less often.

    What a request leaves behind is freed as it ends; only rings of objects wait for a search, a few MB of them.
    """
    attestations.apart()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
