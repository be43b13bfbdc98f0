// SPDX-License-Identifier: Apache-2.0
public import Essentials
import WireFormats

/// At most so many requests in any span of time, wherever the span begins: "100 in 10 s", "250,000 a day" (R14).
///
/// Counts stand in slots of a fiftieth of the span. What lies in the present slot and the fifty before it is what can't be
/// more than the limit: a little stricter than the limit itself, so that no span exceeds it, and 98 % of it can be used.
public struct SlidingWindow: Sendable, Hashable {
    private static let slotsInSpan: Int64 = 50

    public let limit: Int
    public let span: Duration
    /// Oldest first; only slots in which something was counted.
    private(set) var slots: [Slot] = []

    struct Slot: Sendable, Hashable {
        var number: Int64
        var count: Int
    }

    /// - Parameters:
    ///   - limit: from 1.
    ///   - span: from 50 ms.
    public init(limit: Int, span: Duration) {
        self.limit = max(1, limit)
        self.span = max(span, .milliseconds(SlidingWindow.slotsInSpan))
    }

    private var slotMilliseconds: Int64 { span.milliseconds / SlidingWindow.slotsInSpan }

    private func number(_ now: Instant) -> Int64 { now.unixMilliseconds / slotMilliseconds }

    /// How many may be counted now.
    public mutating func left(now: Instant) -> Int {
        forget(now)
        return max(0, limit - slots.reduce(0) { $0 + $1.count })
    }

    public mutating func count(now: Instant, _ requests: Int = 1) {
        forget(now)
        // A clock that was set back a little: what was counted stays counted, in the newest slot there is.
        let present = max(number(now), slots.last?.number ?? .min)
        if let last = slots.indices.last, slots[last].number == present {
            slots[last].count += requests
        } else {
            slots.append(Slot(number: present, count: requests))
        }
        if let last = slots.indices.last, slots[last].count <= 0 { slots.removeLast() }
    }

    /// The earliest moment at which one more may be counted.
    public mutating func opens(now: Instant) -> Instant {
        guard left(now: now) == 0, let oldest = slots.first else { return now }
        return Instant(unixMilliseconds: (oldest.number + SlidingWindow.slotsInSpan + 1) * slotMilliseconds)
    }

    private mutating func forget(_ now: Instant) {
        let present = number(now)
        slots.removeAll { $0.number < present - SlidingWindow.slotsInSpan }
        // A clock that was set back by more than the span would shut the account for as long: the counts move to now.
        guard let last = slots.last, last.number > present + SlidingWindow.slotsInSpan else { return }
        let count = slots.reduce(0) { $0 + $1.count }
        slots = [Slot(number: present, count: count)]
    }

    // MARK: Over a restart

    var saved: JSON { .array(slots.map { .array([JSON($0.number), JSON(Int64($0.count))]) }) }

    mutating func restore(_ saved: JSON?) {
        slots = (saved?.array ?? []).compactMap { pair in
            guard let number = pair[0]?.integer, let count = pair[1]?.integer, count > 0 else { return nil }
            return Slot(number: number, count: Int(count))
        }
    }
}
