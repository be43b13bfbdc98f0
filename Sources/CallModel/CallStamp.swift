// SPDX-License-Identifier: Apache-2.0
import Essentials

/// Where an event stands among the events of its call: by time, then by the PBX's own sequence.
struct CallStamp: Hashable, Comparable, Sendable {
    var milliseconds: Int64
    var sequence: Int64

    /// Of an event of which nothing tells when it happened.
    static let unknown = CallStamp(milliseconds: 0, sequence: 0)

    var instant: Instant { Instant(unixMilliseconds: milliseconds) }

    static func < (left: CallStamp, right: CallStamp) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }
}

/// A value and the place in the call at which it was said.
struct Stamped<Value: Hashable & Comparable & Sendable>: Hashable, Comparable, Sendable {
    var stamp: CallStamp
    var value: Value

    static func < (left: Stamped, right: Stamped) -> Bool {
        left.stamp == right.stamp ? left.value < right.value : left.stamp < right.stamp
    }
}

// Each field of a call is a register that takes the least or the greatest of what it is offered. Least and greatest do not
// care for the order of the offers nor for repeats, and that is the whole proof that a call folded from its events in
// any order, with duplicates, is the same call. Nothing else may enter the fold.
extension Optional where Wrapped: Comparable {
    mutating func keepLeast(_ offered: Wrapped?) {
        guard let offered else { return }
        self = self.map { Swift.min($0, offered) } ?? offered
    }

    mutating func keepGreatest(_ offered: Wrapped?) {
        guard let offered else { return }
        self = self.map { Swift.max($0, offered) } ?? offered
    }
}
