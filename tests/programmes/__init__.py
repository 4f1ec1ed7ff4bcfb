"""Tests of coaching.programmes."""
