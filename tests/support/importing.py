"""A program whose threads import modules concurrently, one for each argument."""

TOGETHER = """
import sys, threading
sys.setswitchinterval(1e-6)
together = threading.Barrier(len(sys.argv) - 1)
failures = []
def importing(name):
    try:
        together.wait()
        __import__(name)
    except BaseException as error:
        failures.append(error)
threads = [threading.Thread(target=importing, args=(name,)) for name in sys.argv[1:]]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failures, failures
"""
