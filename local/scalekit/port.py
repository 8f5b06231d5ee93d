"""One port for HTTP and gRPC, both plain and over TLS, told apart by their first bytes.

The SDKs post `{env_url}/oauth/token` and dial gRPC at the same host and port, Python's always over TLS, Node's as the
URL says. So: no TLS record is plain gRPC when it opens as HTTP/2 does, else plain HTTP; a ClientHello that offers `h2`
alone is gRPC; any other is HTTPS. Bytes pass untouched.
"""

import asyncio
from dataclasses import dataclass

TLS_HANDSHAKE = b"\x16"
HTTP2_PREFACE = b"PRI"  # "PRI * HTTP/2.0": RFC 9113, section 3.4; no method of HTTP/1.1 opens so
ALPN_HTTP1, ALPN_HTTP2 = b"\x08http/1.1", b"\x02h2"


@dataclass(frozen=True)
class Ports:
    """The loopback ports behind the public one."""

    http: int
    https: int
    grpc: int
    grpc_tls: int


async def listen(public_port: int, behind: Ports) -> asyncio.Server:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _forward(reader, writer, behind)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # the client left, before or while it spoke

    return await asyncio.start_server(connected, "127.0.0.1", public_port)


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, behind: Ports) -> None:
    opening = await _opening(reader)
    upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", _port_for(opening, behind))
    upstream_writer.write(opening)
    await asyncio.gather(_pipe(reader, upstream_writer), _pipe(upstream_reader, writer))


async def _opening(reader: asyncio.StreamReader) -> bytes:
    """As many bytes as a method has at least, or the whole ClientHello: its record header ends with the length."""
    first = await reader.readexactly(len(HTTP2_PREFACE))
    if not first.startswith(TLS_HANDSHAKE):
        return first
    length = await reader.readexactly(2)
    return first + length + await reader.readexactly(int.from_bytes(length, "big"))


def _port_for(opening: bytes, behind: Ports) -> int:
    if not opening.startswith(TLS_HANDSHAKE):
        return behind.grpc if opening == HTTP2_PREFACE else behind.http
    only_http2 = ALPN_HTTP2 in opening and ALPN_HTTP1 not in opening
    return behind.grpc_tls if only_http2 else behind.https


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
