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
    LINE = Text(fr="ligne", nl="regel", en="line")
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
    PART_OF = Text(fr="Partie de", nl="Deel van", en="Part of")
    SEVERAL = Text(
        fr="nomme plusieurs opérations; demandez l'une d'elles",
        nl="staat voor verscheidene verrichtingen; vraag er een van",
        en="stands for several operations; ask for one of them",
    )
    FUNCTIONALITY = Text(fr="Fonctionnalité", nl="Functionaliteit", en="Functionality")
    MISSIONS = Text(fr="Missions", nl="Opdrachten", en="Missions")
    LEGAL_BASES = Text(fr="Bases légales", nl="Wettelijke grondslagen", en="Legal bases")
    LEGAL_CONTEXTS = Text(
        fr="Contextes légaux acceptés", nl="Aanvaarde wettelijke contexten", en="Legal contexts accepted"
    )
    CODES = Text(fr="Codes qualité", nl="Hoedanigheidscodes", en="Quality codes")
    MENTIONS = Text(fr="Noms dans les documents", nl="Namen in de documenten", en="Names in the documents")
    USERS = Text(fr="Utilisateurs des données", nl="Gebruikers van de gegevens", en="Users of the data")
    EXECUTED_BY = Text(fr="contrôle exécuté par", nl="controle uitgevoerd door", en="control executed by")
    GIVEN = Text(fr="si la demande donne", nl="als de vraag geeft", en="if the request gives")
    NOT_GIVEN = Text(fr="si la demande ne donne pas", nl="als de vraag niet geeft", en="if the request does not give")
    WITH_PERSON = Text(
        fr="si la demande nomme des personnes", nl="als de vraag personen noemt", en="if the request names persons"
    )
    WITHOUT_PERSON = Text(
        fr="si la demande ne nomme personne", nl="als de vraag niemand noemt", en="if the request names no person"
    )
    PROOF_REQUIRED = Text(
        fr="exige une preuve d'authentification correcte",
        nl="eist een juist bewijs van authenticatie",
        en="needs a correct proof of authentication",
    )
    DELIVERS_TYPES = Text(
        fr="donne des types d'information du registre national (chapitre 5)",
        nl="geeft informatietypes van het rijksregister (hoofdstuk 5)",
        en="delivers information types of the national register (chapter 5)",
    )
    ALL_OR_NOTHING = Text(
        fr="une seule personne refusée fait refuser toute la demande",
        nl="één geweigerde persoon doet de hele vraag weigeren",
        en="one person refused refuses the whole request",
    )
    LISTS_OTHERS = Text(
        fr="montre les intégrations d'autres organisations",
        nl="toont integraties van andere organisaties",
        en="shows integrations of other organisations",
    )
    REFUSES_REPLACED = Text(
        fr="refuse un numéro qui a été remplacé",
        nl="weigert een nummer dat vervangen is",
        en="refuses a number that has been replaced",
    )
    PRINTED = Text(fr="imprimé", nl="gedrukt", en="printed")
    SECTOR = Text(fr="secteur", nl="sector", en="sector")
    LABEL = Text(fr="libellé", nl="omschrijving", en="label")
    MAXIMUM = Text(fr="durée maximale", nl="maximale duur", en="maximum duration")
    DEFAULT_END = Text(fr="fin non donnée", nl="einde niet gegeven", en="end not given")
    OPERATION = Text(fr="opération", nl="verrichting", en="operation")
    OPERATIONS = Text(fr="opérations", nl="verrichtingen", en="operations")
    TITLE = Text(fr="titre", nl="titel", en="title")
    STATE = Text(fr="état", nl="toestand", en="state")
    TYPE = Text(fr="type", nl="type", en="type")
    CONTENT = Text(fr="contenu", nl="inhoud", en="content")
    LEGAL_BASIS = Text(fr="base légale", nl="wettelijke grondslag", en="legal basis")
    LEGAL_REFERENCE = Text(fr="référence légale", nl="wettelijke verwijzing", en="legal reference")
    WHY_NOT = Text(fr="motif", nl="reden", en="why not")
    MAY_BE_GIVEN = Text(fr="Peuvent être donnés", nl="Mogen worden gegeven", en="May be given")
    MAY_NOT_BE_GIVEN = Text(fr="Ne peuvent pas être donnés", nl="Mogen niet worden gegeven", en="May not be given")
    RECIPIENTS = Text(fr="Destinataires", nl="Bestemmelingen", en="Recipients")
    ORGANISATION = Text(fr="organisation", nl="organisatie", en="organisation")
    INTEGRATIONS = Text(fr="intégrations", nl="integraties", en="integrations")
    CANDIDATES = Text(fr="organisations examinées", nl="onderzochte organisaties", en="organisations looked at")
    UNDECIDED = Text(fr="indéterminées", nl="onbepaald", en="undecided")
    REVISION = Text(fr="révision du répertoire", nl="revisie van het repertorium", en="register revision")
    OR = Text(fr="ou", nl="of", en="or")
    AND = Text(fr="et", nl="en", en="and")

    def in_language(self, language: str) -> str:
        """The word in `fr`, `nl` or `en`."""
        return self.value.in_language(language)
