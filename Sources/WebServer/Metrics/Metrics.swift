// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A number that is counted up, or up and down. Cheap from any thread.
public final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    init() {}
    public func add(_ amount: Int = 1) { count.add(amount, ordering: .relaxed) }
    public var value: Int { count.load(ordering: .relaxed) }
}

/// Durations in buckets, for a Prometheus histogram.
public final class Histogram: Sendable {
    /// Upper bounds in microseconds: one sync of a disk lies between 100 us and 20 ms, a caller hears a second.
    static let bounds = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000]
    let buckets = Histogram.bounds.map { _ in Counter() }
    let count = Counter()
    let microseconds = Counter()
    init() {}

    public func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let time = Int(clamping: seconds) &* 1_000_000 &+ Int(attoseconds / 1_000_000_000_000)
        count.add()
        microseconds.add(time)
        for (bound, bucket) in zip(Self.bounds, buckets) where time <= bound { bucket.add() }
    }
}

/// A value read when /metrics is asked for.
public struct Gauge: Sendable {
    public var labels: [(name: String, value: String)]
    public var value: Double
    public init(_ value: Double, labels: [(name: String, value: String)] = []) {
        self.value = value
        self.labels = labels
    }
}

/// Everything that /metrics shows. Labels come from closed sets that are known when the service starts, never from a
/// request (SECURITY.md 21).
public final class Metrics: Sendable {
    enum Kind {
        case counter(Counter)
        case level(Counter)
        case histogram(Histogram)
        case gauges(@Sendable () async -> [Gauge])
    }

    struct Entry {
        let name: String
        let help: String
        let labels: [(name: String, value: String)]
        let kind: Kind
    }

    private let entries = Mutex<[Entry]>([])

    public init() {}

    var all: [Entry] { entries.withLock { $0 } }

    /// A counter that only grows; `name` ends in `_total`. The same name may be added with other labels.
    public func counter(_ name: String, _ help: String, labels: [(name: String, value: String)] = []) -> Counter {
        let counter = Counter()
        add(Entry(name: name, help: help, labels: labels, kind: .counter(counter)))
        return counter
    }

    /// A number that goes up and down.
    public func level(_ name: String, _ help: String, labels: [(name: String, value: String)] = []) -> Counter {
        let counter = Counter()
        add(Entry(name: name, help: help, labels: labels, kind: .level(counter)))
        return counter
    }

    public func histogram(_ name: String, _ help: String, labels: [(name: String, value: String)] = []) -> Histogram {
        let histogram = Histogram()
        add(Entry(name: name, help: help, labels: labels, kind: .histogram(histogram)))
        return histogram
    }

    /// Values that somebody else knows, asked for at each scrape; label values must come from a closed set.
    public func gauges(_ name: String, _ help: String, read: @escaping @Sendable () async -> [Gauge]) {
        add(Entry(name: name, help: help, labels: [], kind: .gauges(read)))
    }

    private func add(_ entry: Entry) { entries.withLock { $0.append(entry) } }
}
