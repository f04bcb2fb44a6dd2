"""Persons as far as a proof of authentication needs them: checked against, never shown (S28).

Reading order: `names`, `birth_dates` and `cards` (what is written in one way), `keys` (the secret key and what it makes
of a text), `proofs` (when a proof is correct), `tables`, `key_versions` (which rows need which key), `directory`
(checking against the register), `wrong_proofs`, `importing`, `rotation` (changing the keys).
"""

from rules_service.register.persons.birth_dates import BirthDate, parse_birth_date
from rules_service.register.persons.cards import parse_card_number
from rules_service.register.persons.directory import PersonDirectory
from rules_service.register.persons.importing import PersonRows
from rules_service.register.persons.keys import KeyUnusableError
from rules_service.register.persons.proofs import GivenPerson, GivenProof
from rules_service.register.persons.wrong_proofs import WrongProofs

__all__ = [
    "BirthDate",
    "GivenPerson",
    "GivenProof",
    "KeyUnusableError",
    "PersonDirectory",
    "PersonRows",
    "WrongProofs",
    "parse_birth_date",
    "parse_card_number",
]
