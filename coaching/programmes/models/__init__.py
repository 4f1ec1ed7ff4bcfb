"""Rows of programmes, by noun: what is published and installed, and what is being written."""

from coaching.programmes.models.draft import DraftRevision, ProgrammeDraft
from coaching.programmes.models.programme import NetworkProgramme, Programme, ProgrammeVersion

__all__ = ["DraftRevision", "NetworkProgramme", "Programme", "ProgrammeDraft", "ProgrammeVersion"]
