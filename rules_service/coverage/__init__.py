"""How much of the documents the rulesets answer for, and how much of the rulesets the conformance cases exercise.

Read `documents` (names and citations) and `exercise` (variants, clauses and the days at their borders); `report` puts
the two together.
"""

from rules_service.coverage.report import Coverage, Figure, measure

__all__ = ["Coverage", "Figure", "measure"]
