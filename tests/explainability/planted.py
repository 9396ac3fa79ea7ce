"""Data in which it is known which column stands in for an attribute: those of the benchmark."""

import importlib
import sys

from conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))  # scripts, not a package
made = importlib.import_module("explaining.planted")
DISTRACTOR, LINE, PLANTED = made.DISTRACTOR, made.LINE, made.PLANTED
Planted, plant, predict, proxies_of = made.Planted, made.plant, made.predict, made.proxies_of
