"""A program that uses the library without counting; it runs after one that counted."""

from proofs.programs.recorder import RECORDER

if __name__ == "__main__":
    with RECORDER.session():
        pass
