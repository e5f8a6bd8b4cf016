"""Runs one command and writes its seconds, those of the processor, and its most bytes of memory, as a program.

A process counts the memory of the one that started it until it is on its own; so the one that starts it is small,
and imports next to nothing.
"""

import os
import sys
import time

started = time.perf_counter()
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(process, 0)
seconds = time.perf_counter() - started
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
with open(sys.argv[1], "w", encoding="ascii") as result:
    result.write(f"{os.waitstatus_to_exitcode(status)} {seconds} {usage.ru_utime + usage.ru_stime} {peak}")
