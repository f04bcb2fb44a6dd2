"""Headings and single words, in French, Dutch and English."""

from __future__ import annotations

from enum import Enum
from typing import Final

from rules_service.decision import Outcome
from rules_service.model import Text

OUTCOMES: Final = {
    Outcome.GRANTED: Text(fr="ACCORDÉ", nl="TOEGEKEND", en="GRANTED"),
    Outcome.REFUSED: Text(fr="REFUSÉ", nl="GEWEIGERD", en="REFUSED"),
    Outcome.INDETERMINATE: Text(fr="INDÉTERMINÉ", nl="ONBEPAALD", en="INDETERMINATE"),
}


class Word(Enum):
    """A heading or a word of the layout."""

    SYSTEM_DATE = Text(fr="date système", nl="systeemdatum", en="system date")
    TICKET = Text(fr="ticket", nl="ticket", en="ticket")
    PERSON = Text(fr="personne", nl="persoon", en="person")
    CHECKS = Text(fr="Contrôles", nl="Controles", en="Checks")
    VARIANT = Text(fr="Variante", nl="Variant", en="Variant")
    ALTERNATIVE = Text(fr="possibilité", nl="mogelijkheid", en="alternative")
    MET = Text(fr="remplie", nl="voldaan", en="met")
    NOT_MET = Text(fr="non remplie", nl="niet voldaan", en="not met")
    WINDOW = Text(fr="fenêtre", nl="venster", en="window")
    CODE = Text(fr="code", nl="code", en="code")
    NO_INTEGRATION = Text(
        fr="aucune intégration du demandeur à comparer",
        nl="geen integratie van de aanvrager om te vergelijken",
        en="no integration of the requester to compare",
    )
    ALWAYS = Text(fr="depuis toujours", nl="altijd al", en="ever")
    OPEN = Text(fr="ouvert", nl="open", en="open")
    SOURCES = Text(fr="Sources", nl="Bronnen", en="Sources")
    SECTION = Text(fr="section", nl="sectie", en="section")
    LINES = Text(fr="lignes", nl="regels", en="lines")
    AUTHORISATIONS = Text(fr="Autorisations", nl="Machtigingen", en="Authorisations")
    APPLICANT = Text(fr="demandeur d'aide", nl="aanvrager van steun", en="applicant")
    DEBTOR = Text(fr="débiteur d'aliments", nl="onderhoudsplichtige", en="maintenance debtor")
    INFERRED = Text(fr="déduit", nl="afgeleid", en="inferred")
    ASSUMPTIONS = Text(fr="Hypothèses", nl="Aannames", en="Assumptions")
    CHANGES = Text(fr="Ce qui devrait changer", nl="Wat zou moeten veranderen", en="What would have to change")
    GRANTED_ON = Text(
        fr="Dates système auxquelles la même demande est accordée",
        nl="Systeemdata waarop dezelfde vraag wordt toegekend",
        en="System dates on which the same request is granted",
    )
    DERIVED_BY = Text(fr="Déduit par", nl="Afgeleid door", en="Derived by")
    REQUESTERS = Text(fr="Demandeurs", nl="Aanvragers", en="Requesters")
    SUPPLIER = Text(fr="fournisseur", nl="leverancier", en="supplier")
    RECIPIENT = Text(fr="destinataire", nl="bestemmeling", en="recipient")
    ALIASES = Text(fr="Autres noms", nl="Andere namen", en="Other names")
    SUCCESSOR = Text(fr="Remplacée par", nl="Vervangen door", en="Replaced by")
    PURPOSES = Text(fr="Finalités", nl="Doeleinden", en="Purposes")
    AMBIGUITIES = Text(fr="Ambiguïtés de la source", nl="Dubbelzinnigheden in de bron", en="Ambiguities of the source")
    CHOSEN = Text(fr="retenu", nl="gekozen", en="chosen")
    INPUTS = Text(fr="données requises", nl="vereiste gegevens", en="inputs")
    PARAMETERS = Text(fr="paramètres", nl="parameters", en="parameters")
    NO_CONTROL = Text(fr="aucun contrôle", nl="geen controle", en="no control")
    UNDOCUMENTED = Text(
        fr="la source ne donne pas de règle", nl="de bron geeft geen regel", en="the source gives no rule"
    )
    OR = Text(fr="ou", nl="of", en="or")
    AND = Text(fr="et", nl="en", en="and")

    def in_language(self, language: str) -> str:
        """The word in `fr`, `nl` or `en`."""
        return self.value.in_language(language)
