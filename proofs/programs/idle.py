"""A program that uses the library and counts nothing: what comes after one that counted."""

from proofs.programs.recorder import RECORDER

if __name__ == "__main__":
    with RECORDER.session():
        pass
