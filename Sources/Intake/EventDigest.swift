// SPDX-License-Identifier: Apache-2.0
import CallModel
import Crypto
import Essentials

extension CallEvent {
    /// SHA-256 over what the event says, so that the same key with other contents is found out. Signatures, nonces and the order of the
    /// body's fields are no part of it: a retry may be signed anew.
    var contentHash: [UInt8] {
        var bytes = DigestBytes()
        for text in [kind.rawValue, callID, legID, parentCallID, caller?.stored, callerName, line, agent, digits, direction.rawValue] {
            bytes.add(text)
        }
        for text in [cause?.rawValue, recording, commandID] { bytes.add(text) }
        for instant in [at, startedAt, answeredAt, endedAt] { bytes.add(instant?.unixMilliseconds) }
        for number in [wait?.milliseconds, talk?.milliseconds, sequence] { bytes.add(number) }
        for (name, value) in extra.sorted(by: { $0.key < $1.key }) {
            bytes.add(name)
            bytes.add(value)
        }
        return Array(SHA256.hash(data: bytes.bytes))
    }
}

/// What is hashed, in one piece: asking the hash function field by field costs more than the hash.
private struct DigestBytes {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func add(_ text: String?) {
        guard let text else { return bytes.append(0) }
        bytes.append(1)
        withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: text.utf8)
    }

    mutating func add(_ number: Int64?) { add(number.map { String($0) }) }
}
