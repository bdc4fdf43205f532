"""Typed inputs, outputs and stubs of the activities: the only part of this folder that workflows import."""
