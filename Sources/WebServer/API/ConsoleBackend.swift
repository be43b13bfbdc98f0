// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// Which leads a list shows. Empty sets and `nil` leave a filter out.
public struct LeadQuery: Hashable, Sendable {
    public var statuses: Set<LeadStatus>
    public var reason: ReasonCode?
    /// Name or number of the line.
    public var line: String?
    public init(statuses: Set<LeadStatus> = [], reason: ReasonCode? = nil, line: String? = nil) {
        self.statuses = statuses
        self.reason = reason
        self.line = line
    }
}

/// What the operator puts down for one question.
public enum AnswerInput: Hashable, Sendable {
    /// As a person writes it in a cell ("300 000", "site").
    case value(String)
    /// Not named, refused, or does not know.
    case declined
    /// No choice fits: what the caller said.
    case other(String)
    /// As if never asked.
    case clear
}

/// A person's decision against the rules.
public struct OverrideInput: Hashable, Sendable {
    public var then: Action
    public var reason: ReasonCode?
    public var group: String?
    /// Why; never empty.
    public var note: String
    public init(then: Action, reason: ReasonCode? = nil, group: String? = nil, note: String) {
        self.then = then
        self.reason = reason
        self.group = group
        self.note = note
    }
}

/// By what quality is counted.
public enum QualityKey: String, Sendable, CaseIterable { case line, rule, reason }

/// What the API and the pages need from the service behind them.
///
/// Every method may be called concurrently, has its own deadline, and throws nothing but `Problem`. Lists are newest
/// first unless said. `actor` is the name of the person who acts.
public protocol ConsoleBackend: Sendable {
    /// - Parameter liveOnly: only calls ringing or talking now.
    func calls(liveOnly: Bool, page: PageRequest) async throws(Problem) -> ResourcePage<CallResource>
    /// The call that a PBX names so, its newest generation; `nil` when there is none.
    func call(source: String, pbxCallID: String) async throws(Problem) -> CallResource?
    func call(_ id: ULID) async throws(Problem) -> CallResource
    func leads(_ filter: LeadQuery, page: PageRequest) async throws(Problem) -> ResourcePage<LeadResource>
    func lead(_ id: ULID) async throws(Problem) -> LeadResource
    func leadDetail(_ id: ULID) async throws(Problem) -> LeadDetail
    /// Leads NEEDS_CALLBACK and DEFERRED, soonest due first, those without a time last.
    func callbacks(page: PageRequest) async throws(Problem) -> ResourcePage<LeadResource>

    /// As `actor` sees it: read-only where another person holds it. Throws `not-found` while nobody has opened one.
    func briefing(lead: ULID, actor: String) async throws(Problem) -> BriefingResource
    /// Opens the briefing of the call's lead, or of a lead without a call at hand (a callback). Repeatable.
    /// - Throws: `held` where another person holds it and `takeOver` is not set.
    func take(call: ULID, takeOver: Bool, actor: String) async throws(Problem) -> BriefingResource
    func take(lead: ULID, takeOver: Bool, actor: String) async throws(Problem) -> BriefingResource
    /// Stores the answer before it returns. Repeatable.
    /// - Throws: `not-acceptable` for a value that is none of the fact's type.
    func answer(_ fact: String, _ answer: AnswerInput, lead: ULID, actor: String) async throws(Problem) -> BriefingResource
    func close(lead: ULID, actor: String) async throws(Problem) -> BriefingResource
    func override(_ input: OverrideInput, lead: ULID, actor: String) async throws(Problem) -> BriefingResource
    func reopen(lead: ULID, note: String, actor: String) async throws(Problem) -> BriefingResource

    /// With its whole trace.
    /// - Parameter language: of labels and cells in the trace; `nil`: the service's.
    func decision(_ id: ULID, language: Language?) async throws(Problem) -> DecisionResource
    func outbox(state: String?, page: PageRequest) async throws(Problem) -> ResourcePage<OutboxResource>
    /// With its steps and what was tried.
    func delivery(_ id: ULID) async throws(Problem) -> OutboxResource
    func retry(delivery id: ULID, actor: String) async throws(Problem) -> OutboxResource
    func discard(delivery id: ULID, actor: String) async throws(Problem) -> OutboxResource
    /// - Parameter from: first contact not before; `nil`: since ever.
    /// - Parameter to: first contact before.
    func quality(by key: QualityKey, from: Instant?, to: Instant?) async throws(Problem) -> QualityResource

    /// Groups that leads can be given to, for the override form. Sorted.
    func groups() async -> [String]
    /// What people should know about the service while they work: PBXs that are not heard. A sentence each.
    func notices(_ language: Language) async -> [String]
    /// What changes from now on. Bounded: a slow reader loses the oldest.
    func changes() -> AsyncStream<ResourceChange>
}

/// That something has changed: a hint to read it again.
public enum ResourceChange: Hashable, Sendable {
    case call(ULID)
    case lead(ULID)
}
