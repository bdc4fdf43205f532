"""Typed inputs, outputs and stubs of the activities.

The only part of this folder that workflows import.
"""
