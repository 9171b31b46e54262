"""Runs a command apart from whoever starts it, and keeps what it says in a log of bounded size.

    serve.py LOG COMMAND...

The command gets a session of its own, so that neither Ctrl-C nor the end of a terminal reaches it,
and a priority below that of trainings. Each start begins a new LOG; LOG.1 to LOG.3 are older.
Only Python's own library is used.
"""

import logging
import logging.handlers
import os
import signal
import subprocess
import sys

LOG_BYTES = 5_000_000
OLDER_LOGS = 3


def main(log, command):
    os.setsid()
    os.nice(5)
    logging.raiseExceptions = False  # a full disk must stop the log, not the server
    handler = logging.handlers.RotatingFileHandler(
        log, maxBytes=LOG_BYTES, backupCount=OLDER_LOGS, encoding="utf-8", errors="replace"
    )
    if os.path.getsize(log) > 0:
        handler.doRollover()
    child = None

    def pass_on(number, _frame):
        if child is not None and child.poll() is None:
            child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, pass_on)
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    # Ends when nobody is left who could say something: workers outlive their parent.
    for line in child.stdout:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        handler.emit(logging.makeLogRecord({"msg": text}))
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
