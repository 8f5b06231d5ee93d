"""The management API over gRPC, as the SDK speaks it. A token is always needed."""

from collections.abc import Awaitable, Callable

import grpc
from google.protobuf.message import Message

from local.scalekit.api import Api
from local.scalekit.certificates import Certificates
from local.scalekit.contract import SERVICES, Operation, operations
from local.scalekit.refusal import Refused

Handler = Callable[[Message, grpc.aio.ServicerContext], Awaitable[Message]]


def grpc_server(api: Api, certificates: Certificates) -> tuple[grpc.aio.Server, int, int]:
    """A server that is not started yet, and the loopback ports it is bound to: the plain one, and that with TLS."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([_service_handler(api, service.full_name) for service in SERVICES])
    pair = (certificates.key.read_bytes(), certificates.leaf.read_bytes())
    secure = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    return server, server.add_insecure_port("127.0.0.1:0"), secure


def _service_handler(api: Api, service: str) -> grpc.GenericRpcHandler:
    handlers = {each.name: _method_handler(api, each) for each in operations() if each.service == service}
    return grpc.method_handlers_generic_handler(service, handlers)


def _method_handler(api: Api, operation: Operation) -> grpc.RpcMethodHandler:
    return grpc.unary_unary_rpc_method_handler(
        _answer(api, operation),
        request_deserializer=operation.request.FromString,
        response_serializer=operation.response.SerializeToString,
    )


def _answer(api: Api, operation: Operation) -> Handler:
    async def answer(request: Message, context: grpc.aio.ServicerContext) -> Message:
        try:
            metadata = context.invocation_metadata()
            api.authenticate([value for name, value in metadata if name == "authorization"])
            return api.call(operation, request)
        except Refused as refused:
            details = (("grpc-status-details-bin", refused.as_status()),)
            await context.abort(getattr(grpc.StatusCode, refused.code), refused.message, details)

    return answer
