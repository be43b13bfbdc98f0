// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// How long one connection may take for each thing it does, as a pure value: what happened and when goes in, the next
/// deadline comes out (RELIABILITY.md 13).
///
/// ```
///            head                    end of body
/// reading: ─ head(since) ─────────▶ body(since) ─────────▶ head(since)          each with its total deadline;
/// writing: ─ nothing ──write──▶ bytes(since) ──flushed──▶ nothing               bytes that trickle do not extend it
/// ```
/// While a handler works (head and body read, nothing written) no deadline of the connection runs: the handler has its own.
struct ConnectionDeadlines {
    /// Total times, not idle times.
    struct Limits: Hashable, Sendable {
        /// From connecting to the end of the first head.
        var header: TimeAmount = .seconds(10)
        /// From the end of a response to the end of the next head.
        var idle: TimeAmount = .seconds(75)
        /// From the end of the head to the end of the body.
        var body: TimeAmount = .seconds(15)
        /// From writing to everything written having left.
        var response: TimeAmount = .seconds(30)
        /// Bytes of a body that are read and dropped after its request was answered; beyond, the connection is cut.
        var drainMax = 4 * 1024 * 1024
    }

    enum Cut: String, CaseIterable { case header, idle, body, response }

    private enum Reading {
        case head(since: NIODeadline, isFirst: Bool)
        case body(since: NIODeadline)
    }

    private let limits: Limits
    private var reading: Reading
    private var writingSince: NIODeadline?
    private var drained = 0
    /// Requests whose response has not ended.
    private(set) var pending = 0

    init(limits: Limits, connectedAt now: NIODeadline) {
        self.limits = limits
        reading = .head(since: now, isFirst: true)
    }

    var isReadingBody: Bool { if case .body = reading { true } else { false } }

    mutating func headRead(_ now: NIODeadline) {
        pending += 1
        drained = 0
        reading = .body(since: now)
    }

    /// - Returns: whether too much was sent after the answer.
    mutating func bodyRead(bytes: Int) -> Bool {
        guard pending == 0 else { return false }
        drained += bytes
        return drained > limits.drainMax
    }

    mutating func endRead(_ now: NIODeadline) { reading = .head(since: now, isFirst: false) }

    mutating func writing(_ now: NIODeadline) { if writingSince == nil { writingSince = now } }

    mutating func flushed() { writingSince = nil }

    mutating func responseEnded(_ now: NIODeadline) {
        pending = max(0, pending - 1)
        if pending == 0, case .head(_, let isFirst) = reading { reading = .head(since: now, isFirst: isFirst) }
    }

    /// The moment at which the connection is cut unless something happens, and for what; `nil`: none runs.
    var next: (at: NIODeadline, cut: Cut)? {
        let read: (at: NIODeadline, cut: Cut)?
        switch reading {
        case .body(let since): read = (since + limits.body, .body)
        case .head(let since, let isFirst) where pending == 0:
            read = isFirst ? (since + limits.header, .header) : (since + limits.idle, .idle)
        case .head: read = nil
        }
        guard let writingSince else { return read }
        let write = (at: writingSince + limits.response, cut: Cut.response)
        guard let read else { return write }
        return read.at < write.at ? read : write
    }
}
