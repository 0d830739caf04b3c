"""Runs uWSGI with the arguments of the command line, as its script does."""

from pyuwsgi import run

if __name__ == "__main__":
    run()
