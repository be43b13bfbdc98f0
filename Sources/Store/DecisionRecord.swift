// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// One output of a rule set, with everything that is needed to run it again (R33).
public struct DecisionRecord: Sendable, Equatable {
    public typealias ID = RowID<DecisionRecord>

    public var id: ID = .new
    public var ulid: ULID
    public var call: CallRecord.ID?
    public var lead: LeadRecord.ID?
    /// What the rules were asked: moment, instant, zone, closed, facts; frozen.
    public var input: ScreeningInput
    /// Name and hash of the set, and the versions of its lists.
    public var ruleSet: String
    public var ruleSetHash: String
    public var listVersions: [String: String]
    public var verdict: Verdict
    /// Decided, but not obeyed (watch mode).
    public var watch = false
    /// Who overrode the rules, and the note; `nil`: the rules decided.
    public var overriddenBy: String?
    public var note: String?
    /// When it was stored; `input.at` is the instant it was decided for.
    public var storedAt: Instant
    /// Facts and sentence were erased with their person: can't be run again, counted apart in replays.
    public var erased = false

    public init(
        ulid: ULID, input: ScreeningInput, ruleSet: String, ruleSetHash: String, listVersions: [String: String] = [:],
        verdict: Verdict, storedAt: Instant
    ) {
        self.ulid = ulid
        self.input = input
        self.ruleSet = ruleSet
        self.ruleSetHash = ruleSetHash
        self.listVersions = listVersions
        self.verdict = verdict
        self.storedAt = storedAt
    }

    public static func == (left: DecisionRecord, right: DecisionRecord) -> Bool {
        left.id == right.id && left.ulid == right.ulid && left.call == right.call && left.lead == right.lead
            && left.input.moment == right.input.moment && left.input.at == right.input.at && left.input.zone == right.input.zone
            && left.input.closed == right.input.closed && left.input.facts == right.input.facts
            && left.ruleSet == right.ruleSet && left.ruleSetHash == right.ruleSetHash && left.listVersions == right.listVersions
            && left.verdict == right.verdict && left.watch == right.watch && left.overriddenBy == right.overriddenBy
            && left.note == right.note && left.storedAt == right.storedAt && left.erased == right.erased
    }
}
