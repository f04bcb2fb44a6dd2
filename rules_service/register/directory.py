"""The directory of organisations, at one revision."""

from __future__ import annotations

from collections.abc import Iterable

from rules_service.identifiers.parties import Organisation


class Directory:
    """Finds organisations by their key, or by `sector/institution` where only one organisation has that pair (S15)."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._by_key = {organisation.key: organisation for organisation in organisations}
        self._by_pair: dict[str, Organisation | None] = {}
        for organisation in self._by_key.values():
            if organisation.institution is not None:
                pair = f"{organisation.sector}/{organisation.institution}"
                # Several organisations of one pair, such as the CPAS (17/1): it stands for none of them.
                self._by_pair[pair] = None if pair in self._by_pair else organisation

    def institution_of(self, key: str) -> int | None:
        """The institution of the organisation with this key, None where it has none or is not known."""
        organisation = self._by_key.get(key)
        return None if organisation is None else organisation.institution

    def find(self, key: str) -> Organisation | None:
        """The organisation with this CBE number or `sector/institution`, or None; its own key wins over the pair."""
        return self._by_key.get(key) or self._by_pair.get(key)

    def all(self) -> tuple[Organisation, ...]:
        """Every organisation, in order of its key."""
        return tuple(self._by_key[key] for key in sorted(self._by_key))
