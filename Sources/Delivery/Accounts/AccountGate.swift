// SPDX-License-Identifier: Apache-2.0
public import CRM
public import Essentials

/// How much may be sent to one account now: its rate, what it asked us to wait, whether it is down or has shut us out.
/// A value; the current time goes in.
public struct AccountGate: Sendable, Equatable {
    /// Whether the account answers.
    public enum Health: Sendable, Equatable {
        case up
        /// Nothing answers: one probe at `probeAt`, then one an interval.
        case down(since: Instant, probeAt: Instant)
        /// It answers and refuses us: credentials, block, or it asked us to stop. A probe now and then.
        case stopped(why: String, since: Instant, probeAt: Instant)
    }

    /// Failures in a row, of any order, after which the account counts as down.
    public static let failuresMax = 5
    /// One probe an interval while it is down (R15).
    public static let probeEvery = Duration.seconds(30)
    /// How often an account that refuses us is asked again.
    public static let stoppedProbeEvery = Duration.seconds(600)

    /// After a failed connection the account is left alone for this long, doubled with each further one until it is down.
    public static let failurePause = Duration.seconds(1)

    public internal(set) var health = Health.up
    /// Who asked that nothing be sent, if someone did.
    public internal(set) var pausedBy: String?
    var failures = 0
    var pausedUntil: Instant?
    var tokens: Double
    var refilledAt: Instant?
    var windows: [SlidingWindow]
    private let pace: Pace

    public init(_ pace: Pace) {
        self.pace = pace
        tokens = Double(max(pace.burst, 1))
        let day = pace.perDay.map { [Pace.Window(limit: $0, span: .seconds(86_400))] } ?? []
        windows = (pace.windows + day).map { SlidingWindow(limit: $0.limit, span: $0.span) }
    }

    /// Its budget must be known over a restart.
    var isLimited: Bool { pace.perSecond != nil || !windows.isEmpty }

    /// An account that was spoken to before this start: what its bucket held is not known, so it begins empty (R14).
    init(_ pace: Pace, spokenToBefore now: Instant) {
        self.init(pace)
        guard pace.perSecond != nil else { return }
        tokens = 0
        refilledAt = now
    }

    /// Requests that may be sent now, beside those under way.
    public mutating func room(underWay: Int, now: Instant) -> Int {
        guard pausedBy == nil, opensAt(now: now) <= now else { return 0 }
        let budget = budgetLeft(now)
        guard case .up = health else { return underWay == 0 ? min(1, budget) : 0 }
        return max(0, min(pace.concurrent - underWay, budget))
    }

    /// What rate and windows allow now.
    private mutating func budgetLeft(_ now: Instant) -> Int {
        refill(now)
        var left = pace.perSecond == nil ? Int.max : max(0, Int(tokens))
        for index in windows.indices { left = min(left, windows[index].left(now: now)) }
        return left
    }

    /// The earliest moment at which something may be sent; not later than a day from `now` whatever the clock did.
    public func opensAt(now: Instant) -> Instant {
        var at = pausedUntil ?? now
        switch health {
        case .up: break
        case .down(_, let probeAt), .stopped(_, _, let probeAt): at = max(at, probeAt)
        }
        return min(at, now + CRMAnswer.waitMax)
    }

    /// Counts a request as sent.
    public mutating func take(now: Instant) {
        refill(now)
        tokens -= 1
        for index in windows.indices { windows[index].count(now: now) }
        switch health {
        case .up: break
        case .down(let since, _): health = .down(since: since, probeAt: now + AccountGate.probeEvery)
        case .stopped(let why, let since, _): health = .stopped(why: why, since: since, probeAt: now + AccountGate.stoppedProbeEvery)
        }
    }

    /// What was taken for a request that was not made goes back.
    mutating func giveBack(_ requests: Int, now: Instant) {
        guard requests > 0 else { return }
        tokens = min(Double(max(pace.burst, 1)), tokens + Double(requests))
        for index in windows.indices { windows[index].count(now: now, -requests) }
        switch health {
        case .up: break
        case .down(let since, _): health = .down(since: since, probeAt: now)
        case .stopped(let why, let since, _): health = .stopped(why: why, since: since, probeAt: now)
        }
    }

    /// When rate and windows allow the next request.
    public mutating func nextToken(now: Instant) -> Instant {
        refill(now)
        var at = max(now, opensAt(now: now))
        for index in windows.indices { at = max(at, windows[index].opens(now: now)) }
        guard let rate = pace.perSecond, tokens < 1 else { return at }
        return max(now + .milliseconds(Int64(((1 - tokens) / rate * 1000).rounded(.up))), at)
    }

    private mutating func refill(_ now: Instant) {
        defer { refilledAt = now }
        guard let rate = pace.perSecond else {
            tokens = Double(max(pace.burst, 1))
            return
        }
        // A clock that was set back gives nothing, one set forward no more than the bucket holds.
        let passed = refilledAt.map { max(.zero, now - $0) } ?? .zero
        tokens = min(Double(max(pace.burst, 1)), tokens + Double(passed.milliseconds) / 1000 * rate)
    }

    /// Learns from how a request ended.
    /// - Returns: whether the failure counts against the order: not while the account as a whole is down or stopped.
    public mutating func learn(_ ending: OutboxEntry.Ending, now: Instant) -> Bool {
        switch ending {
        case .notTried: return false
        case .failedBeforeSend:
            let pause = health == .up ? AccountGate.failurePause * (1 << min(failures, AccountGate.failuresMax)) : nil
            return failed(asked: pause, now: now)
        case .unknown: return failed(asked: nil, now: now)
        case .answered(let answer):
            switch answer.class {
            case .serverError: return failed(asked: answer.wait, now: now)
            case .throttled, .quota:
                recovered()
                pausedUntil = now + (answer.wait ?? .seconds(answer.class == .quota ? 3600 : 10))
                return false
            case .blocked, .authInvalid, .authExpired, .disabled:
                let since = if case .stopped(_, let since, _) = health { since } else { now }
                health = .stopped(why: answer.message ?? answer.class.rawValue, since: since, probeAt: now + AccountGate.stoppedProbeEvery)
                return false
            default:
                recovered()
                return true
            }
        }
    }

    private mutating func recovered() {
        failures = 0
        health = .up
    }

    private mutating func failed(asked: Duration?, now: Instant) -> Bool {
        failures += 1
        if let asked { pausedUntil = max(pausedUntil ?? now, now + asked) }
        switch health {
        case .down(let since, _):
            health = .down(since: since, probeAt: now + AccountGate.probeEvery)
            return false
        case .stopped: return false
        case .up:
            guard failures >= AccountGate.failuresMax else { return true }
            pausedUntil = nil
            health = .down(since: now, probeAt: now + AccountGate.probeEvery)
            return false
        }
    }

    /// A person says: try again now.
    public mutating func resume() {
        failures = 0
        health = .up
        pausedUntil = nil
        pausedBy = nil
    }
}
