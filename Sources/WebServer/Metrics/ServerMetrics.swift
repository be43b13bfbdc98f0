// SPDX-License-Identifier: Apache-2.0

/// What the listener counts.
struct ConnectionMetrics: Sendable {
    let opened: Counter
    let refused: Counter
    private let cuts: [Counter]

    init(_ metrics: Metrics) {
        opened = metrics.level("callsieve_connections", "Connections open now")
        refused = metrics.counter("callsieve_heads_refused_total", "Requests refused for their head: too large, or ambiguous")
        cuts = ConnectionDeadlines.Cut.allCases.map {
            metrics.counter("callsieve_connections_cut_total", "Connections cut at a deadline", labels: [("waiting_for", $0.rawValue)])
        }
    }

    func cut(_ cut: ConnectionDeadlines.Cut) {
        for (name, counter) in zip(ConnectionDeadlines.Cut.allCases, cuts) where name == cut { counter.add() }
    }
}

/// Answers by the first digit of their status.
struct StatusCounters: Sendable {
    private let classes: [Counter]

    init(_ metrics: Metrics, _ name: String, _ help: String, labels: [(name: String, value: String)]) {
        classes = (1...5).map { metrics.counter(name, help, labels: labels + [("status", "\($0)xx")]) }
    }

    func count(_ status: Int) { classes[min(max(status / 100, 1), 5) - 1].add() }
}
