"""The messages of google.rpc that this client reads: `Status`, `ErrorInfo` and `BadRequest`.

They come from `googleapis-common-protos` where that is installed. Where it is not, the same descriptors are built
here, under the same file names: the client then needs nothing but grpcio and protobuf. One process can only ever take
one of the two ways, because the descriptor pool refuses a second, different definition of a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["BadRequest", "ErrorInfo", "Status"]

if TYPE_CHECKING:
    from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
    from google.rpc.status_pb2 import Status
else:
    try:
        from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
        from google.rpc.status_pb2 import Status
    except ModuleNotFoundError:
        from integrationcontrol._google_rpc_built import BadRequest, ErrorInfo, Status
