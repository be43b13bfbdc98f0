// SPDX-License-Identifier: Apache-2.0
import Essentials
import Store
import Synchronization

/// Counts refused requests in memory, to be written once a minute: a stranger must not be able to make us write at will.
final class RefusalCounter: Sendable {
    private struct Key: Hashable {
        var source: String
        var reason: String
        var minute: Int64
    }

    /// Kinds counted apart at one time. Names of unknown sources are the stranger's, so that they are never part of a kind.
    static let kindsMax = 1024

    private let counts = Mutex<[Key: Int]>([:])

    func count(source: String, reason: String, at now: Instant) {
        counts.withLock { counts in
            let key = Key(source: source, reason: reason, minute: now.unixSeconds / 60)
            if counts[key] == nil, counts.count >= Self.kindsMax { return }
            counts[key, default: 0] += 1
        }
    }

    /// Takes out the minutes that are over at `now`; all of them when `now` is `nil`.
    func take(before now: Instant?) -> [RefusalCount] {
        counts.withLock { counts in
            let over = counts.filter { key, _ in now.map { key.minute < $0.unixSeconds / 60 } ?? true }
            for key in over.keys { counts[key] = nil }
            return over.map { key, count in
                RefusalCount(source: key.source, reason: key.reason, minute: Instant(unixSeconds: key.minute * 60), count: count)
            }
            .sorted { ($0.minute, $0.source, $0.reason) < ($1.minute, $1.source, $1.reason) }
        }
    }

    /// Puts back what could not be written.
    func giveBack(_ taken: [RefusalCount]) {
        counts.withLock { counts in
            for count in taken {
                counts[Key(source: count.source, reason: count.reason, minute: count.minute.unixSeconds / 60), default: 0] += count.count
            }
        }
    }
}
