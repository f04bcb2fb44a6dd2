"""The words of the rule files, said for people in French, Dutch and English."""

from __future__ import annotations

from typing import Final

from rules_service.identifiers.parties import ExecutedBy, Region, RequesterKind
from rules_service.model import OperationKind, OperationStatus, Relation, Text

KINDS: Final = {
    OperationKind.CONSULTATION: Text(fr="consultation", nl="raadpleging", en="consultation"),
    OperationKind.MUTATION: Text(fr="mutation", nl="mutatie", en="mutation"),
    OperationKind.WRITE: Text(fr="écriture", nl="schrijven", en="write"),
}
STATES: Final = {
    OperationStatus.IN_PRODUCTION: Text(fr="en production", nl="in productie", en="in production"),
    OperationStatus.BEING_REPLACED: Text(fr="en remplacement", nl="wordt vervangen", en="being replaced"),
    OperationStatus.NOT_YET_AVAILABLE: Text(
        fr="pas encore disponible", nl="nog niet beschikbaar", en="not yet available"
    ),
    OperationStatus.REMOVED: Text(fr="supprimée", nl="verwijderd", en="removed"),
}
RELATIONS: Final = {
    Relation.SAME_SERVICE: Text(fr="le même service", nl="dezelfde dienst", en="the same service"),
    Relation.OTHER_SPELLING: Text(fr="autre orthographe", nl="andere schrijfwijze", en="another spelling"),
    Relation.PREDECESSOR: Text(fr="prédécesseur", nl="voorganger", en="its predecessor"),
    Relation.SUCCESSOR: Text(fr="successeur", nl="opvolger", en="its successor"),
    Relation.PART: Text(fr="une partie", nl="een deel", en="a part of it"),
    Relation.GROUP: Text(fr="le groupe entier", nl="de hele groep", en="the whole group"),
    Relation.ANNOUNCED: Text(fr="annoncé", nl="aangekondigd", en="announced"),
    Relation.UNNAMED: Text(
        fr="sans nom dans le document; ce nom est le nôtre",
        nl="zonder naam in het document; deze naam is van ons",
        en="without a name in the document; this one is ours",
    ),
}
REQUESTER_KINDS: Final = {
    RequesterKind.CPAS: Text(fr="CPAS", nl="OCMW", en="CPAS"),
    RequesterKind.ASSOCIATION_CHAPTER_XII: Text(
        fr="association chapitre XII", nl="vereniging hoofdstuk XII", en="association of chapter XII"
    ),
    RequesterKind.PARTNER: Text(fr="partenaire", nl="partner", en="partner"),
    RequesterKind.OTHER: Text(fr="autre organisation", nl="andere organisatie", en="other organisation"),
}
REGIONS: Final = {
    Region.NONE: Text(fr="sans région", nl="zonder gewest", en="no region"),
    Region.FLANDERS: Text(fr="Flandre", nl="Vlaanderen", en="Flanders"),
    Region.WALLONIA: Text(fr="Wallonie", nl="Wallonië", en="Wallonia"),
    Region.BRUSSELS: Text(fr="Bruxelles", nl="Brussel", en="Brussels"),
}
EXECUTORS: Final = {
    ExecutedBy.BCSS: Text(fr="BCSS", nl="KSZ", en="BCSS"),
    ExecutedBy.SMALS: Text(fr="Smals", nl="Smals", en="Smals"),
    ExecutedBy.SPP_IS: Text(fr="SPP IS", nl="POD MI", en="SPP IS"),
    ExecutedBy.VDI: Text(fr="VDI", nl="VDI", en="VDI"),
}
NO_CONTROL_REASONS: Final = {
    "no_number_yet": Text(
        fr="la personne n'a pas encore de numéro",
        nl="de persoon heeft nog geen nummer",
        en="the person has no number yet",
    ),
    "criterion_is_not_a_person": Text(
        fr="la recherche ne part pas du numéro d'une personne",
        nl="er wordt niet gezocht op het nummer van een persoon",
        en="the search does not start from a person's number",
    ),
    "employer_data": Text(
        fr="les données concernent un employeur",
        nl="de gegevens gaan over een werkgever",
        en="the data are an employer's",
    ),
    "number_evolution": Text(
        fr="seul l'historique du numéro est donné",
        nl="alleen de geschiedenis van het nummer wordt gegeven",
        en="only the history of the number is given",
    ),
    "reimbursement_only": Text(
        fr="uniquement pour un remboursement", nl="alleen voor een terugbetaling", en="for a reimbursement only"
    ),
    "non_blocking": Text(
        fr="le contrôle n'est pas bloquant", nl="de controle is niet blokkerend", en="the control does not block"
    ),
    "done_elsewhere": Text(
        fr="le contrôle est fait ailleurs", nl="de controle gebeurt elders", en="the control is done elsewhere"
    ),
    "without_a_person": Text(
        fr="la demande ne nomme aucune personne", nl="de vraag noemt geen persoon", en="the request names no person"
    ),
    "documented_as_uncontrolled": Text(
        fr="la source dit qu'il n'y en a pas", nl="de bron zegt dat er geen is", en="the source says that there is none"
    ),
    "legal_basis_instead": Text(
        fr="la base légale de la demande en tient lieu",
        nl="de wettelijke grondslag van de vraag komt ervoor in de plaats",
        en="the legal basis of the request takes its place",
    ),
    "removal": Text(fr="il s'agit d'un retrait", nl="het gaat om een verwijdering", en="it is a removal"),
}
"""Why an operation has no integration control (S19)."""
