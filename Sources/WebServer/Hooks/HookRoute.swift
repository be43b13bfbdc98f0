// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTypes
import Hummingbird
import NIOCore
import PBX
import WireFormats

/// The way of a webhook from its request to its receiver. The body is handed over as bytes; nothing is parsed here but the path.
///
/// Webhooks come through `HookConnection`, straight from the connection; `respond` is for those who call the application itself.
struct HookRoute: Sendable {
    let receiver: any HookReceiver
    let gates: [String: HookGate]
    let unknown: HookGate
    let time: any TimeSource

    static let prefix = "/hooks/"

    func gate(of target: HookTarget) -> HookGate { gates[target.name] ?? unknown }

    /// - Parameter reply: told once, on any thread.
    func take(_ hook: HookRequest, _ target: HookTarget, _ gate: HookGate, reply: @escaping @Sendable (HookReply) -> Void) {
        guard let entered = gate.enter() else { return reply(receiver.overloaded(source: target.name, hook)) }
        receiver.receive(source: target.name, token: nil, hook) { answer in
            gate.leave(entered)
            reply(answer)
        }
    }

    func respond(to request: Request, context: WebContext) async throws -> Response {
        let target = HookTarget(request.head.path ?? "", prefix: Self.prefix)
        let gate = gate(of: target)
        let response: Response
        do {
            let hook = try await HookRequest(request, target, limit: gate.limits.bodyBytesMax, at: time.now(), from: context.remoteAddress)
            let reply = await withCheckedContinuation { continuation in take(hook, target, gate) { continuation.resume(returning: $0) } }
            response = Response(reply)
        } catch let problem as Problem {
            response = problem.response
        }
        gate.count(response.status.code)
        return response
    }
}

/// `/hooks/{name}[/rest…][?query]`, taken apart.
struct HookTarget {
    let whole: String
    let name: String
    let tail: [String]
    let query: [UInt8]

    /// - Parameter prefix: what `path` begins with.
    init(_ path: String, prefix: String) {
        whole = path
        let bytes = path.utf8
        let cut = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        query = cut == bytes.endIndex ? [] : Array(bytes[bytes.index(after: cut)...])
        let parts = bytes[..<cut].dropFirst(prefix.utf8.count).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        name = parts.first.map(decoded) ?? ""
        tail = parts.dropFirst().map(decoded)
    }
}

private func decoded(_ part: Substring.UTF8View.SubSequence) -> String {
    part.contains(UInt8(ascii: "%")) ? String(decoding: percentDecoded(Array(part)), as: UTF8.self) : String(Substring(part))
}

extension HookRequest {
    /// Reads the body, whole.
    /// - Throws: `Problem.tooLarge`, or what the connection ran into.
    init(_ request: Request, _ target: HookTarget, limit: Int, at now: Instant, from address: String?) async throws {
        let body = try await collect(request, upTo: limit)
        var headers: [HookHeader] = []
        headers.reserveCapacity(request.headers.count + 1)
        if let host = request.head.authority { headers.append(HookHeader("Host", host)) }
        for field in request.headers { headers.append(HookHeader(field.name.rawName, field.value)) }
        self.init(
            method: request.method.rawValue, tail: target.tail, target: target.whole, query: target.query, headers: headers, body: body,
            arrivedAt: now, remoteAddress: address)
    }
}

extension Response {
    init(_ reply: HookReply) {
        var fields: HTTPFields = [:]
        for header in reply.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            fields.append(HTTPField(name: name, value: header.value))
        }
        self.init(
            status: HTTPResponse.Status(code: reply.status), headers: fields,
            body: reply.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}
