// SPDX-License-Identifier: Apache-2.0
import Essentials
import NIOCore
import NIOHTTP1
import PBX

/// A webhook while its body is read, and what its reply needs to know of it. Stays on its connection's event loop.
final class IncomingHook {
    let head: HTTPRequestHead
    let target: HookTarget
    let gate: HookGate
    let arrivedAt: Instant
    private var body: [UInt8] = []

    init(head: HTTPRequestHead, target: HookTarget, gate: HookGate, arrivedAt: Instant) {
        self.head = head
        self.target = target
        self.gate = gate
        self.arrivedAt = arrivedAt
    }

    var isHead: Bool { head.method == .HEAD }

    /// The head says already that the body is over the source's limit.
    var isAnnouncedTooLong: Bool {
        head.headers.first(name: "Content-Length").flatMap { Int($0) }.map { $0 > gate.limits.bodyBytesMax } ?? false
    }

    /// - Returns: false when the body is over the source's limit.
    func append(_ buffer: ByteBuffer) -> Bool {
        guard body.count + buffer.readableBytes <= gate.limits.bodyBytesMax else { return false }
        buffer.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        return true
    }

    func request(from address: String?) -> HookRequest {
        var headers: [HookHeader] = []
        headers.reserveCapacity(head.headers.count)
        for (name, value) in head.headers { headers.append(HookHeader(name, value)) }
        return HookRequest(
            method: head.method.rawValue, tail: target.tail, target: target.whole, query: target.query, headers: headers, body: body,
            arrivedAt: arrivedAt, remoteAddress: address)
    }

    /// The whole response as bytes.
    func response(_ reply: HookReply, at now: Instant, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var out = allocator.buffer(capacity: 256 + reply.body.count)
        out.writeString("HTTP/1.1 \(reply.status) ")
        out.writeString(HTTPResponseStatus(statusCode: reply.status).reasonPhrase)
        for header in reply.headers where HTTPText.isField(header.name, header.value) {
            out.writeStaticString("\r\n")
            out.writeString(header.name)
            out.writeStaticString(": ")
            out.writeString(header.value)
        }
        // These have no body, and none may be announced (RFC 9110, 8.6).
        let hasBody = reply.status >= 200 && reply.status != 204 && reply.status != 304
        if hasBody {
            out.writeStaticString("\r\nContent-Length: ")
            out.writeString(String(reply.body.count))
        }
        out.writeStaticString("\r\nDate: ")
        out.writeString(HTTPText.date(now))
        out.writeStaticString("\r\n\r\n")
        if hasBody, !isHead { out.writeBytes(reply.body) }
        return out
    }
}
