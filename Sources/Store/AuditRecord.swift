// SPDX-License-Identifier: Apache-2.0
internal import Crypto
public import Essentials

/// One stored record of the audit log.
///
/// ## The bytes
///
/// A record's hash is SHA-256 over its canonical form, which is for ever (docs/audit.md):
///
///     "callsieve audit 1"                        17 bytes of ASCII
///     sequence                                   8 bytes, big-endian
///     at, Unix milliseconds                      8 bytes, big-endian, two's complement
///     actor, action, object, outcome, reason     each: length in bytes as 4 bytes big-endian, then UTF-8
///     details                                    the same with the details' own bytes, see `AuditDetails`
///     previous hash                              32 bytes; 32 zero bytes for sequence 1
///
/// Sequences run from 1 without gaps. A personal value stands in the details only as a commitment, so destroying
/// a person's key changes no byte here.
public struct AuditRecord: Sendable, Equatable {
    public var sequence: Int64
    public var at: Instant
    public var actor: String
    public var action: String
    public var object: String
    public var outcome: String
    public var reason: String
    /// Canonical bytes; read them with `AuditDetails`.
    public var details: [UInt8]
    public var previous: [UInt8]
    public var hash: [UInt8]

    static let mark = Array("callsieve audit 1".utf8)
    static let noPrevious = [UInt8](repeating: 0, count: 32)

    var canonical: [UInt8] {
        var bytes = AuditRecord.mark
        bytes.reserveCapacity(256)
        bytes.append(bigEndian: UInt64(bitPattern: sequence))
        bytes.append(bigEndian: UInt64(bitPattern: at.unixMilliseconds))
        for text in [actor, action, object, outcome, reason] { bytes.append(lengthPrefixed: text.utf8) }
        bytes.append(lengthPrefixed: details)
        bytes.append(contentsOf: previous)
        return bytes
    }

    func computedHash() -> [UInt8] { Array(SHA256.hash(data: canonical)) }
}

/// The details of an audit record: name, kind and value, each length-prefixed, in the order given.
///
/// Kind `p`: a plain text. Kind `c`: person id as 8 bytes big-endian, then the 32 bytes of the commitment.
public enum AuditDetails {
    public enum Value: Sendable, Equatable {
        case plain(String)
        /// HMAC-SHA256(person's key, name ‖ 0 ‖ value).
        case commitment(PersonID, [UInt8])
    }

    static func encode(_ details: [(name: String, value: Value)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in details {
            bytes.append(lengthPrefixed: name.utf8)
            switch value {
            case .plain(let text):
                bytes.append(UInt8(ascii: "p"))
                bytes.append(lengthPrefixed: text.utf8)
            case .commitment(let person, let mac):
                bytes.append(UInt8(ascii: "c"))
                bytes.append(bigEndian: UInt64(bitPattern: person.value))
                bytes.append(contentsOf: mac)
            }
        }
        return bytes
    }

    /// Reads the bytes of a record; `nil` when they are no such form.
    public static func decode(_ bytes: [UInt8]) -> [(name: String, value: Value)]? {
        var rest = bytes[...]
        var details: [(String, Value)] = []
        while !rest.isEmpty {
            guard let name = rest.takeLengthPrefixed(), let kind = rest.popFirst() else { return nil }
            switch kind {
            case UInt8(ascii: "p"):
                guard let text = rest.takeLengthPrefixed() else { return nil }
                details.append((String(decoding: name, as: UTF8.self), .plain(String(decoding: text, as: UTF8.self))))
            case UInt8(ascii: "c"):
                guard let person = rest.take(8), let mac = rest.take(32) else { return nil }
                let id = Int64(bitPattern: person.reduce(0) { $0 << 8 | UInt64($1) })
                details.append((String(decoding: name, as: UTF8.self), .commitment(RowID(id), Array(mac))))
            default: return nil
            }
        }
        return details
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: UInt64) { Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) } }

    mutating func append(lengthPrefixed text: some Collection<UInt8>) {
        Swift.withUnsafeBytes(of: UInt32(text.count).bigEndian) { append(contentsOf: $0) }
        append(contentsOf: text)
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard self.count >= count else { return nil }
        defer { removeFirst(count) }
        return prefix(count)
    }

    fileprivate mutating func takeLengthPrefixed() -> ArraySlice<UInt8>? {
        guard let length = take(4) else { return nil }
        return take(Int(length.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
    }
}
