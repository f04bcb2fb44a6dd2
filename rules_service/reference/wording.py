"""The sentences of explanations, in French, Dutch and English; `clauses` and `near_misses` fill in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules_service.decision import Reason
from rules_service.errors import InvalidRequestError
from rules_service.model import Text
from rules_service.reference.case import Check

LANGUAGES: Final = ("fr", "nl", "en")


def checked_language(language: str) -> str:
    """The language, or English where none is named.

    Raises:
        InvalidRequestError: it is none of the three.
    """
    if language and language not in LANGUAGES:
        raise InvalidRequestError.of("language", "is not one of `fr`, `nl`, `en`")
    return language or "en"


PASSED: Final[Mapping[Check, Text]] = {
    Check.SHAPE: Text(
        fr="les champs de la demande sont bien formés",
        nl="de velden van de vraag zijn correct gevormd",
        en="the fields of the request are well formed",
    ),
    Check.NUMBERS: Text(
        fr="les numéros des personnes sont valides",
        nl="de nummers van de personen zijn geldig",
        en="the numbers of the persons are valid",
    ),
    Check.OPERATION: Text(
        fr="l'opération figure au catalogue",
        nl="de verrichting staat in de catalogus",
        en="the operation is in the catalogue",
    ),
    Check.AVAILABLE: Text(
        fr="l'opération est disponible",
        nl="de verrichting is beschikbaar",
        en="the operation is available",
    ),
    Check.REQUESTER_CLASS: Text(
        fr="le demandeur appartient à une catégorie autorisée",
        nl="de aanvrager behoort tot een gemachtigde categorie",
        en="the requester belongs to an authorised class",
    ),
    Check.REGION: Text(
        fr="la région du demandeur est admise",
        nl="het gewest van de aanvrager is toegelaten",
        en="the requester's region is admitted",
    ),
    Check.LEGAL_CONTEXT: Text(
        fr="le contexte légal est accepté",
        nl="de wettelijke context wordt aanvaard",
        en="the legal context is accepted",
    ),
    Check.VARIANT: Text(
        fr="au moins une variante correspond à la demande",
        nl="minstens één variant past bij de vraag",
        en="at least one variant fits the request",
    ),
    Check.QUALITY_CODE: Text(
        fr="le code qualité est permis, ou aucun n'est indiqué",
        nl="de hoedanigheidscode is toegelaten, of er is geen vermeld",
        en="the quality code is permitted, or none is stated",
    ),
    Check.INFORMATION_TYPES: Text(
        fr="les types d'information demandés peuvent être communiqués",
        nl="de gevraagde informatietypes mogen worden meegedeeld",
        en="the information types asked for may be given",
    ),
    Check.PROOF: Text(
        fr="la preuve d'authentification est correcte ou n'est pas requise",
        nl="het bewijs van authenticatie is correct of niet vereist",
        en="the proof of authentication is correct or not required",
    ),
    Check.INPUTS: Text(
        fr="les données nécessaires à la règle sont présentes",
        nl="de gegevens die de regel nodig heeft, zijn aanwezig",
        en="the inputs that the rule needs are there",
    ),
    Check.REPLACED_NUMBER: Text(
        fr="aucun numéro remplacé ne fait obstacle à la demande",
        nl="geen vervangen nummer staat de vraag in de weg",
        en="no replaced number stands in the way",
    ),
    Check.INTEGRATION: Text(
        fr="la condition d'intégration est remplie",
        nl="aan de integratievoorwaarde is voldaan",
        en="the integration condition is met",
    ),
}
"""What a check found when it passed."""

REASONS: Final[Mapping[Reason, Text]] = {
    Reason.RULE_SATISFIED: PASSED[Check.INTEGRATION],
    Reason.NO_CONTROL: Text(
        fr="aucun contrôle d'intégration n'est prévu : {reason}",
        nl="er is geen integratiecontrole voorzien: {reason}",
        en="no integration control is foreseen: {reason}",
    ),
    Reason.OPERATION_NOT_AVAILABLE: Text(
        fr="l'opération n'est pas encore disponible",
        nl="de verrichting is nog niet beschikbaar",
        en="the operation is not available yet",
    ),
    Reason.OPERATION_REMOVED: Text(
        fr="l'opération a été supprimée",
        nl="de verrichting is afgeschaft",
        en="the operation has been removed",
    ),
    Reason.REQUESTER_NOT_AUTHORISED: Text(
        fr="le demandeur n'appartient à aucune catégorie autorisée pour cette opération",
        nl="de aanvrager behoort tot geen categorie die voor deze verrichting gemachtigd is",
        en="the requester belongs to no class that is authorised for this operation",
    ),
    Reason.REGION_NOT_AUTHORISED: Text(
        fr="l'opération n'est pas ouverte à la région du demandeur",
        nl="de verrichting staat niet open voor het gewest van de aanvrager",
        en="the operation is not open to the requester's region",
    ),
    Reason.LEGAL_CONTEXT_NOT_AUTHORISED: Text(
        fr="le contexte légal n'est pas accepté pour cette opération",
        nl="de wettelijke context wordt voor deze verrichting niet aanvaard",
        en="the legal context is not accepted for this operation",
    ),
    Reason.QUALITY_CODE_NOT_PERMITTED: Text(
        fr="le code qualité indiqué n'est pas permis par la règle",
        nl="de vermelde hoedanigheidscode is door de regel niet toegelaten",
        en="the stated quality code is not permitted by the rule",
    ),
    Reason.INFORMATION_TYPE_NOT_PERMITTED: Text(
        fr="un type d'information demandé ne peut pas être communiqué",
        nl="een gevraagd informatietype mag niet worden meegedeeld",
        en="an information type asked for may not be given",
    ),
    Reason.PROOF_MISSING: Text(
        fr="la preuve d'authentification manque",
        nl="het bewijs van authenticatie ontbreekt",
        en="the proof of authentication is missing",
    ),
    Reason.PROOF_INCORRECT: Text(
        fr="la preuve d'authentification n'est pas correcte",
        nl="het bewijs van authenticatie is niet correct",
        en="the proof of authentication is not correct",
    ),
    Reason.SSIN_REPLACED: Text(
        fr="le numéro d'une personne a été remplacé",
        nl="het nummer van een persoon werd vervangen",
        en="the number of a person has been replaced",
    ),
    Reason.NOT_INTEGRATED: Text(
        fr="la condition d'intégration n'est pas remplie pour le demandeur",
        nl="aan de integratievoorwaarde is voor de aanvrager niet voldaan",
        en="the integration condition is not met for the requester",
    ),
    Reason.NO_RULE_DOCUMENTED: Text(
        fr="la source ne donne pas de règle pour ce cas",
        nl="de bron geeft geen regel voor dit geval",
        en="the source gives no rule for this case",
    ),
    Reason.FACTS_NOT_HELD: Text(
        fr="des faits nécessaires à la règle ne sont pas connus",
        nl="feiten die de regel nodig heeft, zijn niet bekend",
        en="facts that the rule needs are not held",
    ),
}
"""Why a request is granted or not; the text for NO_CONTROL takes the reason of the rule."""

CHANGES: Final[Mapping[Reason, Text]] = {
    Reason.OPERATION_NOT_AVAILABLE: Text(
        fr="l'opération devrait être mise en production",
        nl="de verrichting zou in productie moeten worden genomen",
        en="the operation would have to be in production",
    ),
    Reason.OPERATION_REMOVED: Text(
        fr="utilisez l'opération qui la remplace, s'il y en a une{successor}",
        nl="gebruik de verrichting die haar vervangt, als die er is{successor}",
        en="use the operation that replaces it, if there is one{successor}",
    ),
    Reason.REQUESTER_NOT_AUTHORISED: Text(
        fr="la demande devrait venir d'une organisation d'une catégorie autorisée",
        nl="de vraag zou van een organisatie van een gemachtigde categorie moeten komen",
        en="the request would have to come from an organisation of an authorised class",
    ),
    Reason.REGION_NOT_AUTHORISED: Text(
        fr="la demande devrait venir d'une organisation d'une région admise",
        nl="de vraag zou van een organisatie uit een toegelaten gewest moeten komen",
        en="the request would have to come from an organisation of an admitted region",
    ),
    Reason.LEGAL_CONTEXT_NOT_AUTHORISED: Text(
        fr="indiquez un contexte légal accepté : {contexts}",
        nl="vermeld een aanvaarde wettelijke context: {contexts}",
        en="state an accepted legal context: {contexts}",
    ),
    Reason.QUALITY_CODE_NOT_PERMITTED: Text(
        fr="indiquez un code qualité permis ({codes}), ou n'en indiquez pas",
        nl="vermeld een toegelaten hoedanigheidscode ({codes}), of vermeld er geen",
        en="state a permitted quality code ({codes}), or none",
    ),
    Reason.INFORMATION_TYPE_NOT_PERMITTED: Text(
        fr="demandez seulement des types d'information permis pour ce code qualité et cette fonction",
        nl="vraag alleen informatietypes die voor deze hoedanigheidscode en functie toegelaten zijn",
        en="ask only for information types that are permitted for this quality code and role",
    ),
    Reason.PROOF_MISSING: Text(
        fr="joignez une preuve d'authentification de la personne",
        nl="voeg een bewijs van authenticatie van de persoon toe",
        en="add a proof of authentication of the person",
    ),
    Reason.PROOF_INCORRECT: Text(
        fr="corrigez la preuve d'authentification de la personne",
        nl="verbeter het bewijs van authenticatie van de persoon",
        en="correct the proof of authentication of the person",
    ),
    Reason.SSIN_REPLACED: Text(
        fr="posez la question avec le nouveau numéro",
        nl="stel de vraag met het nieuwe nummer",
        en="ask again with the new number",
    ),
    Reason.NO_RULE_DOCUMENTED: Text(
        fr="la source devrait donner une règle pour ce cas",
        nl="de bron zou een regel voor dit geval moeten geven",
        en="the source would have to give a rule for this case",
    ),
    Reason.FACTS_NOT_HELD: Text(
        fr="les faits suivants devraient être connus : {facts}",
        nl="de volgende feiten zouden bekend moeten zijn: {facts}",
        en="the following facts would have to be known: {facts}",
    ),
}
"""What would have to change; NOT_INTEGRATED is missing here, because `near_misses` has more to say about it."""

PERSON: Final = Text(fr="personne {place} : ", nl="persoon {place}: ", en="person {place}: ")
"""Which person of the request is meant, counted from 1: a text never holds a number of a person."""
