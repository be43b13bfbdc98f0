// SPDX-License-Identifier: Apache-2.0

/// A set of whole numbers as ascending ranges that neither overlap nor touch.
///
/// The compact form of a cell: words, clock minutes, days, hundredths of money and telephone blocks are all whole numbers here.
public struct IntervalSet: Hashable, Sendable {
    public let ranges: [ClosedRange<Int64>]

    /// Joins ranges that overlap or touch; any order.
    public init(_ ranges: [ClosedRange<Int64>]) {
        var joined: [ClosedRange<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        self.ranges = joined
    }

    public init(_ value: Int64) { ranges = [value...value] }
    public init(values: some Sequence<Int64>) { self.init(values.map { $0...$0 }) }

    public static let empty = IntervalSet([])
    public var isEmpty: Bool { ranges.isEmpty }

    public func contains(_ value: Int64) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= value
    }

    /// The member that is nearest to a value, the smaller of two; `nil` for the empty set.
    public func nearest(to value: Int64) -> Int64? {
        ranges.map { Swift.max($0.lowerBound, Swift.min($0.upperBound, value)) }
            .min { ($0 &- value).magnitude < ($1 &- value).magnitude }
    }

    public func union(_ other: IntervalSet) -> IntervalSet { IntervalSet(ranges + other.ranges) }

    public func intersection(_ other: IntervalSet) -> IntervalSet {
        var common: [ClosedRange<Int64>] = []
        for left in ranges {
            for right in other.ranges where left.overlaps(right) { common.append(left.clamped(to: right)) }
        }
        return IntervalSet(common)
    }

    /// All values of `domain` that are not in the set.
    public func complement(in domain: ClosedRange<Int64>) -> IntervalSet {
        var gaps: [ClosedRange<Int64>] = []
        var next = domain.lowerBound
        for range in ranges where range.overlaps(domain) {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            if range.upperBound >= domain.upperBound { return IntervalSet(gaps) }
            next = range.upperBound + 1
        }
        if next <= domain.upperBound { gaps.append(next...domain.upperBound) }
        return IntervalSet(gaps)
    }
}
