"""Tests of the models: what is derived from fields, what a model refuses, what its `repr` hides."""
