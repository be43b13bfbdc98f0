// SPDX-License-Identifier: Apache-2.0
public import Essentials

extension Call {
    /// Who calls: the best that any event said; `nil`: none said anything.
    public var caller: Caller? { callerSeen?.caller }
    public var callerName: String? { nameSeen?.value }
    /// The number that was called.
    public var line: String? { lineSeen?.value }
    /// Who took the call last, else whose telephone rang last.
    public var agent: String? { takenBy?.value ?? rangAgent?.value }
    /// All keys that were pressed, in order; `nil`: none.
    public var digits: String? { presses.isEmpty ? nil : presses.map(\.digits).joined() }
    /// Link to the latest recording, or its id at the PBX.
    public var recording: String? { recordingSeen?.value }
    /// Fields that the dialect does not name, as first said.
    public var extra: [String: String] { extraSeen.mapValues(\.value) }
    /// Some event told about the call itself, not only about a recording or a step of the platform.
    public var isHeard: Bool { firstHeard != nil }
    public var isTransferred: Bool { transferred != nil }

    public var startedAt: Instant {
        if let statedStart { return statedStart }
        // Only the end was seen: what it says of wait and talk leads back to the start.
        let first = firstHeard ?? firstSeen
        if began == nil, rang == nil, let end = endedAt { return min(first, end - (statedTalk ?? .zero) - (statedWait ?? .zero)) }
        return first
    }

    /// When a person took it; `nil`: nobody did, as far as is known.
    public var answeredAt: Instant? {
        guard state == .talking || talked else { return nil }
        // What the record of the ended call states was measured by the PBX itself.
        return statedAnswer ?? (answered ?? transferred)?.instant ?? statedTalk.flatMap { talk in endedAt.map { $0 - talk } }
    }

    public var endedAt: Instant? {
        guard state == .ended else { return nil }
        var first = ended
        first.keepLeast(missed)
        return statedEnd ?? first?.instant
    }

    /// The latest event, on the clock that is used.
    public var lastEventAt: Instant { lastSeen }

    /// Time before the answer, or before the caller gave up; `nil` while it rings.
    public var wait: Duration? {
        if let statedWait { return statedWait }
        guard let over = answeredAt ?? endedAt else { return nil }
        return max(.zero, over - startedAt)
    }

    /// Time of talk; zero: none; `nil` while it lasts.
    public var talk: Duration? {
        guard let end = endedAt else { return nil }
        guard talked else { return .zero }
        if let statedTalk, statedTalk > .zero { return statedTalk }
        return answeredAt.map { max(.zero, end - $0) } ?? .zero
    }
}
