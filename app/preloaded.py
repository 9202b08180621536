"""The app loaded, and nothing begun: what the process imports of which all workers are copies (`cli/workers.py`).

A copy begins sooner than a process that loads the app itself, and shares the memory that neither of them changes.
Nothing may be running here that a copy would not have: no thread, no connection, no random state that was used.
"""

import gc
import signal

gc.disable()  # nothing of what is loaded dies

from app import main  # noqa: E402, F401  (after that; to have it loaded)
from app.api import router  # noqa: E402  (likewise)
from app.serving import BLOCKED  # noqa: E402  (likewise)

router.make_ready()
gc.collect()
gc.freeze()
signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
