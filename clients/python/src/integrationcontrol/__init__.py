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
    RevisionNotAvailableError,
    ServiceError,
    UnavailableError,
    UnknownOperationError,
    Violation,
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
    "Result",
    "RevisionNotAvailableError",
    "ServiceError",
    "UnavailableError",
    "UnknownOperationError",
    "Violation",
    "make_mutation",
    "make_request",
    "make_type_filter",
]
