"""Client of the rules service for integration control.

>>> with Client("127.0.0.1:50051") as client:  # doctest: +SKIP
...     decision = client.decide("OCMWCPASPerformInvestigation", "0207000038", ["85073003328"])
"""

from integrationcontrol._answers import Result
from integrationcontrol.aio import AsyncClient
from integrationcontrol.client import Client
from integrationcontrol.errors import (
    DeadlineExceededError,
    IntegrationControlError,
    InvalidRequestError,
    InvalidSsinError,
    LimitExceededError,
    NotFoundError,
    PermissionMissingError,
    ReplacementRefusedError,
    RequestIdReusedError,
    RevisionNotAvailableError,
    ServiceError,
    UnavailableError,
    UnknownOperationError,
    Violation,
)
from integrationcontrol.register_requests import (
    make_history_question,
    make_import,
    make_integration,
    make_listing,
    make_removal,
    make_replacement,
    make_row,
    make_watch,
)
from integrationcontrol.requests import Period, make_mutation, make_request, make_type_filter

__all__ = [
    "AsyncClient",
    "Client",
    "DeadlineExceededError",
    "IntegrationControlError",
    "InvalidRequestError",
    "InvalidSsinError",
    "LimitExceededError",
    "NotFoundError",
    "Period",
    "PermissionMissingError",
    "ReplacementRefusedError",
    "RequestIdReusedError",
    "Result",
    "RevisionNotAvailableError",
    "ServiceError",
    "UnavailableError",
    "UnknownOperationError",
    "Violation",
    "make_history_question",
    "make_import",
    "make_integration",
    "make_listing",
    "make_mutation",
    "make_removal",
    "make_replacement",
    "make_request",
    "make_row",
    "make_type_filter",
    "make_watch",
]
