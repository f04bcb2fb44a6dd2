"""The inference engine: from flat facts to a verdict, step by step, in a process whose death costs nothing."""

from __future__ import annotations

from rules_service.reference.engine.adapter import Engine, EngineAnswer
from rules_service.reference.engine.facts import AuthorisationFact, EngineFacts, EngineVerdict
from rules_service.reference.engine.plain import plain_verdict

__all__ = ["AuthorisationFact", "Engine", "EngineAnswer", "EngineFacts", "EngineVerdict", "plain_verdict"]
