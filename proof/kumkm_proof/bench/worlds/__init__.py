"""Labelled worlds that never were, to learn linkage on and to measure it: each by its own names, its own life and its
own slips. They share no code, so that what is learnt on some can be tried on another.
"""
