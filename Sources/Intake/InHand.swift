// SPDX-License-Identifier: Apache-2.0
import Essentials
public import PBX

/// Where requests lie from their arrival until they are stored (RELIABILITY.md, rule 7).
public protocol InHand: Sendable {
    /// Keeps a request before anything of it is parsed. Fast, not synced: it survives the end of the process, not of the machine.
    /// - Throws: when there is no room, or the file can't be written.
    func hold(source: String, _ request: HookRequest) throws -> Held
}

/// A request in hand.
public struct Held: Sendable {
    private let done: @Sendable () -> Void
    public init(release: @escaping @Sendable () -> Void) { done = release }

    /// It is stored, or was answered so that its sender knows it is not. Repeatable.
    public func release() { done() }
}

/// A request as bytes for the in-hand ring, and back.
public struct HeldRequest: Sendable {
    public var source: String
    public var request: HookRequest

    public init(source: String, request: HookRequest) {
        self.source = source
        self.request = request
    }

    private static let version: UInt8 = 1

    public var bytes: [UInt8] {
        var out = PartsWriter()
        out.bytes.append(Self.version)
        out.add(source)
        out.add(String(request.arrivedAt.unixMilliseconds))
        for text in [request.method, request.target, request.remoteAddress ?? "", request.token ?? ""] { out.add(text) }
        out.add(request.query)
        out.add(String(request.tail.count))
        for part in request.tail { out.add(part) }
        out.add(String(request.headers.count))
        for header in request.headers {
            out.add(header.name)
            out.add(header.value)
        }
        out.add(request.body)
        return out.bytes
    }

    /// `nil` for bytes that `bytes` did not make, or not whole: a request that was cut off by a crash.
    public init?(bytes: [UInt8]) {
        var parts = PartsReader(bytes.dropFirst())
        guard bytes.first == Self.version, let source = parts.text(), let arrived = parts.number(), let method = parts.text(),
            let target = parts.text(), let remote = parts.text(), let token = parts.text(), let query = parts.part()
        else { return nil }
        var request = HookRequest(method: method, target: target, query: query, arrivedAt: Instant(unixMilliseconds: arrived))
        request.remoteAddress = remote.isEmpty ? nil : remote
        request.token = token.isEmpty ? nil : token
        guard let tail = parts.number(), tail >= 0, tail <= 1000 else { return nil }
        for _ in 0..<tail {
            guard let part = parts.text() else { return nil }
            request.tail.append(part)
        }
        guard let headers = parts.number(), headers >= 0, headers <= 1000 else { return nil }
        for _ in 0..<headers {
            guard let name = parts.text(), let value = parts.text() else { return nil }
            request.headers.append(HookHeader(name, value))
        }
        guard let body = parts.part() else { return nil }
        request.body = body
        self.init(source: source, request: request)
    }
}

/// Byte strings one after another, each after its length in four bytes.
private struct PartsWriter {
    var bytes: [UInt8] = []
    mutating func add(_ part: [UInt8]) {
        let count = UInt32(part.count)
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
        bytes += part
    }
    mutating func add(_ text: String) { add(Array(text.utf8)) }
}

private struct PartsReader {
    private var left: ArraySlice<UInt8>
    init(_ bytes: ArraySlice<UInt8>) { left = bytes }

    mutating func part() -> [UInt8]? {
        guard left.count >= 4 else { return nil }
        let count = left.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        left = left.dropFirst(4)
        guard count <= left.count else { return nil }
        defer { left = left.dropFirst(count) }
        return Array(left.prefix(count))
    }
    mutating func text() -> String? { part().map { String(decoding: $0, as: UTF8.self) } }
    mutating func number() -> Int64? { text().flatMap { Int64($0) } }
}
