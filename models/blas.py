"""Keep linear algebra to one thread while many fits run at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()
_inside = 0
_limiter: Any = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Limit BLAS to one thread as long as any caller, of any thread, is inside.

    The limit belongs to the process, so threadpoolctl's own context would lift it for all when
    the first of several fits is done; here the last one out restores it.
    """
    global _inside, _limiter
    with _lock:
        if _inside == 0:
            from threadpoolctl import threadpool_limits

            _limiter = threadpool_limits(limits=1, user_api="blas")
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _limiter.restore_original_limits()
