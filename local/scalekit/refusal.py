"""One error for both protocols, named after its gRPC status.

The JSON form is the one in the API's own description: a numeric code, a message and an `ErrorInfo` detail
whose `error_code` the SDK turns into a typed exception.
"""

from typing import Any

from google.rpc import code_pb2, status_pb2
from scalekit.v1.errdetails.errdetails_pb2 import ErrorInfo

HTTP_STATUS = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
CODE_OF_HTTP_STATUS = {status: code for code, status in HTTP_STATUS.items()}


class Refused(Exception):
    def __init__(self, code: str, message: str, http_status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http_status = http_status or HTTP_STATUS[code]

    def as_json(self) -> dict[str, Any]:
        return {
            "code": code_pb2.Code.Value(self.code),
            "message": self.message,
            "details": [{"@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo", "error_code": self.code}],
        }

    def as_status(self) -> bytes:
        """The serialized `google.rpc.Status` that a gRPC error carries as `grpc-status-details-bin`."""
        status = status_pb2.Status(code=code_pb2.Code.Value(self.code), message=self.message)
        status.details.add().Pack(ErrorInfo(error_code=self.code))
        serialized: bytes = status.SerializeToString()
        return serialized
