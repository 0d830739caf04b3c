"""Measurements beside peers; `make bench` prints them all."""
