// SPDX-License-Identifier: Apache-2.0
import Essentials
import PBX

// A request's head as bytes for the in-hand ring, and back: all that its dialect may look at, so that a request found there after a
// crash is judged as it would have been. It holds what proves the sender; the file is ours alone, and a slot is freed within a second.
extension HookRequest {
    private static let headVersion: UInt8 = 1
    /// More parts of a path, or headers, than any request has that comes this far.
    private static let headPartsMax: Int64 = 1000

    var heldHead: [UInt8] {
        var out = PartsWriter()
        out.bytes.append(Self.headVersion)
        for text in [method, target, remoteAddress ?? "", token ?? ""] { out.add(text) }
        out.add(query)
        out.add(String(tail.count))
        for part in tail { out.add(part) }
        out.add(String(headers.count))
        for header in headers {
            out.add(header.name)
            out.add(header.value)
        }
        return out.bytes
    }

    /// `nil` for a head that `heldHead` did not make, or not whole.
    init?(heldHead: [UInt8], body: [UInt8], arrivedAt: Instant) {
        var parts = PartsReader(heldHead.dropFirst())
        guard heldHead.first == Self.headVersion, let method = parts.text(), let target = parts.text(), let remote = parts.text(),
            let token = parts.text(), let query = parts.part()
        else { return nil }
        self.init(method: method, target: target, query: query, body: body, arrivedAt: arrivedAt)
        remoteAddress = remote.isEmpty ? nil : remote
        self.token = token.isEmpty ? nil : token
        guard let tails = parts.number(), (0...Self.headPartsMax).contains(tails) else { return nil }
        for _ in 0..<tails {
            guard let part = parts.text() else { return nil }
            tail.append(part)
        }
        guard let count = parts.number(), (0...Self.headPartsMax).contains(count) else { return nil }
        for _ in 0..<count {
            guard let name = parts.text(), let value = parts.text() else { return nil }
            headers.append(HookHeader(name, value))
        }
    }
}

/// Byte strings one after another, each after its length in four bytes.
private struct PartsWriter {
    var bytes: [UInt8] = []
    init() { bytes.reserveCapacity(768) }

    mutating func add(_ part: [UInt8]) {
        add(count: part.count)
        bytes.append(contentsOf: part)
    }
    mutating func add(_ text: String) {
        add(count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
    private mutating func add(count: Int) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: count).littleEndian) { bytes.append(contentsOf: $0) }
    }
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
