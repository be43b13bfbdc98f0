// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import RuleFiles

/// A call as a file or a command states it: it may name no time, or the time that a clock on the wall showed.
public struct AskedCall: Sendable {
    public var moment: Moment
    /// `nil`: no time is given. Facts of the clock stay unknown then; dates of rules and lists are compared with a day of January 2026.
    public var when: WallClock?
    /// Whether the form is closed. At `ring` and `hangup` it counts as closed whatever this says.
    public var closed: Bool
    /// Facts by declared name; a missing one is unknown.
    public var facts: [String: FactInput]

    public init(moment: Moment, when: WallClock? = nil, closed: Bool = false, facts: [String: FactInput] = [:]) {
        self.moment = moment
        self.when = when
        self.closed = closed
        self.facts = facts
    }
}

extension RuleSet {
    /// What the rules say to a call of a file. Never throws.
    public func decide(_ call: AskedCall, language: Language = .en) -> Verdict {
        guard let moment = programs[call.moment] else { return Self.defaultVerdict(call.moment) }
        let input = ScreeningInput(moment: call.moment, at: instant(of: call.when), closed: call.closed, facts: call.facts)
        return decide(load(input, for: moment, hasTime: call.when != nil), input, moment, language)
    }
}
