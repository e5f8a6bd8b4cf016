"""The command line: parse, call a workflow, choose a view, set the exit status."""


def main() -> None:
    """The console script. Everything is imported inside, so that Ctrl-C is clean from the first moment on."""
    import sys

    try:
        import gc
        import signal

        gc.set_threshold(100_000, 20, 100)  # a command is short, and makes many things that last until its end

        # whoever ends efsync politely gets what Ctrl-C gets: rolled back, recorded, lock released
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        from efsync.cli.program import run

        status = run(sys.argv[1:])
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: nothing is left to interrupt
    except KeyboardInterrupt:
        status = 1
    sys.exit(status)
