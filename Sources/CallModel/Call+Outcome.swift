// SPDX-License-Identifier: Apache-2.0
public import Essentials

extension Call {
    /// What the story of a call lacks, so that its final state may differ from what happened.
    public enum Gap: String, Hashable, Sendable, CaseIterable {
        /// No event told that the call appeared.
        case beginning
        /// No event said that a person took the call, though a talk is told of, or an end without a cause.
        case answer
        /// The caller gave up, and nothing says whether a telephone rang or a menu spoke.
        case whereTheCallerWaited = "where the caller waited"
        /// A leg's sequence has a hole.
        case sequence
        /// Nothing was heard for twelve hours, and no event ended the call.
        case end
    }

    /// How long a call may be silent before its end counts as missing, and before its id may be used again.
    public static let silence: Duration = .seconds(12 * 3600)

    public var state: State {
        if ended != nil || missed != nil { return .ended }
        return answered != nil || transferred != nil ? .talking : .ringing
    }

    /// What became of it; `nil` until it ended. Follows from all that is known: a late event can still correct it.
    public var outcome: CallOutcome? {
        guard state == .ended else { return nil }
        if ring?.isObeyed == true, let answered = outcomeOfOurAnswer { return answered }
        if talked { return .answered }
        switch cause {
        case .voicemail: return .voicemail
        case .afterHours: return .afterHours
        case .busy: return .busy
        case .failed, .unreachable: return .failed
        case .redirected: return .diverted
        case .queueTimeout: return .abandoned
        case .noAnswer, .rejected: return .missed
        case .callerHungUp, .calleeHungUp, nil: return rang == nil && !presses.isEmpty ? .abandoned : .missed
        }
    }

    /// What our own answer made of the call; `nil`: it went on to people.
    private var outcomeOfOurAnswer: CallOutcome? {
        switch ring?.then {
        case .divert: .diverted
        // The PBX may have let a refused caller through all the same (a fallback route): a talk is the truth then.
        case .reject: talked ? nil : .blocked
        case .voicemail: ring?.reason == "AFTER_HOURS" ? .afterHours : .voicemail
        default: nil
        }
    }

    /// Why it ended. A `missed` event says why nobody talked; the cause of an `ended` event is only how the line was dropped.
    public var cause: HangupCause? { (missedCause ?? endedCause)?.value.cause }

    /// Whether a person talked with the caller.
    ///
    /// "Answered" may have been only the menu (shared/pbx FACTS, consequence 5: Asterisk's CDR says ANSWERED, Twilio counts 26 s of
    /// a call that nobody took), so a `missed` event, a cause that excludes a talk, or no talk where seconds passed overrule it.
    public var talked: Bool {
        let taken = answered ?? transferred
        if missed != nil, taken == nil { return false }
        if ring?.isObeyed == true, ring?.then == .menu, takenBy == nil, rang == nil, transferred == nil { return false }
        if let talk = statedTalk, talk > .zero { return true }
        // The record of a call that ended says when a person took it (Mango's summary, FreeSWITCH's bridge).
        guard let taken else { return ended != nil && statedAnswer != nil && endedCause?.value.cause.excludesTalk != true }
        if let missed { return missed < taken }
        if let cause = endedCause?.value.cause, cause.excludesTalk { return false }
        guard statedTalk == .zero, let ended else { return true }
        // Whole seconds on both sides: a talk of nothing may have been two seconds.
        return ended.instant - taken.instant < .seconds(3)
    }

    /// The parts of the story that are missing, seen at `now`; empty: the story is whole.
    public func incomplete(at now: Instant) -> [Gap] {
        var gaps: [Gap] = []
        if began == nil, rang == nil { gaps.append(.beginning) }
        let isOurs = ring?.isObeyed == true && outcomeOfOurAnswer != nil
        let endsUnexplained = ended != nil && missed == nil && cause == nil && !isOurs
        if answered == nil, transferred == nil, talked || endsUnexplained { gaps.append(.answer) }
        let hasGivenUp = state == .ended && !talked && !isOurs && (cause == .callerHungUp || cause == nil)
        if hasGivenUp, rang == nil, presses.isEmpty { gaps.append(.whereTheCallerWaited) }
        if sequences.values.contains(where: Self.hasHole) { gaps.append(.sequence) }
        if state != .ended, now - lastSeen > Self.silence { gaps.append(.end) }
        return gaps
    }

    private static func hasHole(_ sequence: [Int64]) -> Bool {
        zip(sequence, sequence.dropFirst()).contains { $1.subtractingReportingOverflow($0).partialValue != 1 }
    }
}

extension HangupCause {
    /// A call that ended so was not a talk, whatever picked it up.
    var excludesTalk: Bool {
        switch self {
        case .busy, .noAnswer, .rejected, .failed, .unreachable, .queueTimeout, .voicemail, .afterHours: true
        case .callerHungUp, .calleeHungUp, .redirected: false
        }
    }
}
