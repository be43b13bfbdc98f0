// SPDX-License-Identifier: Apache-2.0
import CallModel
import Crypto
import Essentials

extension CallEvent {
    /// SHA-256 over what the event says, so that the same key with other contents is found out. Signatures, nonces and the order of the
    /// body's fields are no part of it: a retry may be signed anew.
    var contentHash: [UInt8] {
        var hasher = SHA256()
        func add(_ text: String?) {
            guard let text else { return hasher.update(data: [0]) }
            hasher.update(data: [1])
            withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { hasher.update(bufferPointer: $0) }
            hasher.update(data: Array(text.utf8))
        }
        func add(_ number: Int64?) { add(number.map(String.init)) }
        for text in [kind.rawValue, callID, legID, parentCallID, caller?.stored, callerName, line, agent, digits, direction.rawValue] { add(text) }
        for text in [cause?.rawValue, recording, commandID] { add(text) }
        for instant in [at, startedAt, answeredAt, endedAt] { add(instant?.unixMilliseconds) }
        for number in [wait?.milliseconds, talk?.milliseconds, sequence] { add(number) }
        for (name, value) in extra.sorted(by: { $0.key < $1.key }) {
            add(name)
            add(value)
        }
        return Array(hasher.finalize())
    }
}
