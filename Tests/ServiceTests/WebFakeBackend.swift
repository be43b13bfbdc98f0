// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Synchronization
import WebServer

/// A backend in memory with a few rules of its own, so that API and pages are tested without the service behind them.
final class WebFakeBackend: ConsoleBackend {
    struct State {
        var calls: [CallResource] = []
        var leads: [LeadResource] = []
        var briefings: [ULID: BriefingResource] = [:]
        var decisions: [DecisionResource] = []
        var deliveries: [OutboxResource] = []
        var listeners: [AsyncStream<ResourceChange>.Continuation] = []
        /// Thrown once by the next writing method.
        var failure: Problem?
        var actors: [String] = []
    }

    let state = Mutex(State())
    private let random = SeededRandom(seed: 7)
    static let now = Instant(rfc3339: "2026-11-23T09:00:00Z")!

    func id(_ offset: Int64 = 0) -> ULID { ULID(at: Self.now + .milliseconds(offset), random: random) }

    @discardableResult
    func ring(_ number: String?, name: String? = nil, state callState: CallResource.State = .ringing, at offset: Int64 = 0) -> CallResource {
        var call = CallResource(id: id(offset), source: "demo", callID: "c\(offset)", state: callState, startedAt: Self.now + .milliseconds(offset))
        call.number = number.flatMap(PhoneNumber.init(e164:))
        call.isWithheld = number == nil
        call.callerName = name
        call.lineNumber = "+74950000101"
        call.lineName = "main"
        call.ring = CallResource.Ring(then: .answer, rule: "greet")
        var lead = LeadResource(id: id(offset), status: .new, createdAt: call.startedAt, updatedAt: call.startedAt)
        lead.number = call.number
        lead.line = "main"
        lead.calls = [call.id]
        call.lead = lead.id
        let (added, listeners) = (call, state.withLock { $0.listeners })
        state.withLock { state in
            state.calls.append(added)
            state.leads.append(lead)
        }
        for listener in listeners { listener.yield(.call(added.id)) }
        return added
    }

    func calls(liveOnly: Bool, page: PageRequest) async throws(Problem) -> ResourcePage<CallResource> {
        let all = state.withLock { $0.calls }
        return part(liveOnly ? all.filter { $0.state != .ended } : all.reversed(), page)
    }

    func call(source: String, pbxCallID: String) async throws(Problem) -> CallResource? {
        state.withLock { $0.calls.last { $0.source == source && $0.callID == pbxCallID } }
    }

    func call(_ id: ULID) async throws(Problem) -> CallResource {
        guard let call = state.withLock({ $0.calls.first { $0.id == id } }) else { throw .notFound("call") }
        return call
    }

    func leads(_ filter: LeadQuery, page: PageRequest) async throws(Problem) -> ResourcePage<LeadResource> {
        part(
            state.withLock { $0.leads }.reversed().filter {
                (filter.statuses.isEmpty || filter.statuses.contains($0.status)) && (filter.reason == nil || filter.reason == $0.reason)
                    && (filter.line == nil || filter.line == $0.line)
            }, page)
    }

    func lead(_ id: ULID) async throws(Problem) -> LeadResource {
        guard let lead = state.withLock({ $0.leads.first { $0.id == id } }) else { throw .notFound("lead") }
        return lead
    }

    func leadDetail(_ id: ULID) async throws(Problem) -> LeadDetail {
        let lead = try await lead(id)
        return state.withLock { state in
            LeadDetail(
                lead: lead, calls: state.calls.filter { $0.lead == id }, decisions: state.decisions.filter { $0.lead == id },
                briefing: state.briefings[id], deliveries: state.deliveries.filter { $0.lead == id })
        }
    }

    func callbacks(page: PageRequest) async throws(Problem) -> ResourcePage<LeadResource> {
        try await leads(LeadQuery(statuses: [.needsCallback, .deferred]), page: page)
    }

    func briefing(lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        guard var briefing = state.withLock({ $0.briefings[lead] }) else { throw .notFound("briefing") }
        if briefing.state == .open, briefing.holder != actor { briefing.state = .readOnly }
        return briefing
    }

    func take(call: ULID, takeOver: Bool, actor: String) async throws(Problem) -> BriefingResource {
        guard let lead = try await self.call(call).lead else { throw .conflict("This call makes no lead.") }
        return try await take(lead: lead, takeOver: takeOver, actor: actor)
    }

    func take(lead: ULID, takeOver: Bool, actor: String) async throws(Problem) -> BriefingResource {
        if let held = state.withLock({ $0.briefings[lead] }) {
            guard held.holder == actor || takeOver else { throw .held(by: held.holder ?? "") }
        }
        return try change(lead, actor) { $0.holder = actor }
    }

    func answer(_ fact: String, _ answer: AnswerInput, lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try fail()
        guard WebFakeRules.facts.contains(fact) else { throw .notFound("question") }
        if case .value(let text) = answer, let wrong = WebFakeRules.problem(of: text, for: fact) { throw .unacceptable(wrong, fact: fact) }
        return try change(lead, actor) { WebFakeRules.put(answer, fact, &$0) }
    }

    func close(lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try change(lead, actor) { $0.state = .closed }
    }

    func override(_ input: OverrideInput, lead: ULID, actor: String) async throws(Problem) -> BriefingResource {
        try change(lead, actor) {
            $0.state = .closed
            $0.preview = BriefingResource.Preview(isDecided: true, then: input.then, reason: input.reason, why: BothLanguages(input.note))
        }
    }

    func reopen(lead: ULID, note: String, actor: String) async throws(Problem) -> BriefingResource {
        try change(lead, actor) { $0.state = .open }
    }

    /// Changes the briefing, then status and reason of its lead, and stores a decision when it was closed.
    private func change(_ lead: ULID, _ actor: String, _ work: (inout BriefingResource) -> Void) throws(Problem) -> BriefingResource {
        let decision = id(1)
        let briefing: BriefingResource? = state.withLock { state in
            guard let index = state.leads.firstIndex(where: { $0.id == lead }) else { return nil }
            state.actors.append(actor)
            var briefing = state.briefings[lead] ?? WebFakeRules.briefing(lead: lead, call: state.leads[index].calls.first)
            let wasClosed = briefing.state == .closed
            work(&briefing)
            briefing.holder = briefing.holder ?? actor
            if briefing.state == .open { WebFakeRules.judge(&briefing) }
            state.leads[index].status = .briefing
            if briefing.state == .closed, !wasClosed { self.decide(&briefing, decision, &state.leads[index], &state.decisions) }
            briefing.status = state.leads[index].status
            state.briefings[lead] = briefing
            return briefing
        }
        guard let briefing else { throw .notFound("lead") }
        for listener in state.withLock({ $0.listeners }) { listener.yield(.lead(lead)) }
        return briefing
    }

    private func decide(
        _ briefing: inout BriefingResource, _ id: ULID, _ lead: inout LeadResource, _ decisions: inout [DecisionResource]
    ) {
        if !briefing.preview.isDecided { briefing.preview.then = .callback }
        briefing.decision = id
        lead.then = briefing.preview.then
        lead.status = briefing.preview.then?.status ?? .needsCallback
        lead.reason = briefing.preview.reason
        lead.rule = briefing.preview.rule
        lead.say = briefing.preview.why?.en
        var decision = DecisionResource(id: id, moment: .brief, at: Self.now)
        decision.lead = lead.id
        decision.then = lead.then
        decision.reason = lead.reason
        decision.why = briefing.preview.why
        decision.facts = briefing.questions.filter { $0.state != .open }.map { DecisionResource.Fact(name: $0.fact, value: $0.value) }
        decisions.append(decision)
    }

    func decision(_ id: ULID, language: Language?) async throws(Problem) -> DecisionResource {
        guard let decision = state.withLock({ $0.decisions.first { $0.id == id } }) else { throw .notFound("decision") }
        return decision
    }

    func outbox(state wanted: String?, page: PageRequest) async throws(Problem) -> ResourcePage<OutboxResource> {
        part(state.withLock { $0.deliveries }.filter { wanted == nil || $0.state == wanted }, page)
    }

    func delivery(_ id: ULID) async throws(Problem) -> OutboxResource {
        guard let found = state.withLock({ $0.deliveries.first { $0.id == id } }) else { throw .notFound("delivery") }
        return found
    }

    func retry(delivery id: ULID, actor: String) async throws(Problem) -> OutboxResource { try set(id, "waiting") }
    func discard(delivery id: ULID, actor: String) async throws(Problem) -> OutboxResource { try set(id, "discarded") }

    private func set(_ id: ULID, _ word: String) throws(Problem) -> OutboxResource {
        let found: OutboxResource? = state.withLock { state in
            guard let index = state.deliveries.firstIndex(where: { $0.id == id }) else { return nil }
            state.deliveries[index].state = word
            return state.deliveries[index]
        }
        guard let found else { throw .notFound("delivery") }
        return found
    }

    func quality(by key: QualityKey, from: Instant?, to: Instant?) async throws(Problem) -> QualityResource {
        var row = QualityResource.Row(key: "main")
        (row.calls, row.leads, row.qualified, row.returned, row.firstContact) = (10, 8, 4, 1, .seconds(31))
        return QualityResource(by: key.rawValue, rows: [row, QualityResource.Row(key: nil)])
    }

    func groups() async -> [String] { ["sales", "tenders"] }
    func notices(_ language: Language) async -> [String] { [] }

    func changes() -> AsyncStream<ResourceChange> {
        let (stream, continuation) = AsyncStream.makeStream(of: ResourceChange.self)
        state.withLock { $0.listeners.append(continuation) }
        return stream
    }

    private func fail() throws(Problem) {
        let failure: Problem? = state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
    }

    private func part<Item>(_ items: some Collection<Item>, _ page: PageRequest) -> ResourcePage<Item> {
        let start = page.cursor.flatMap { Int($0) } ?? 0
        let rest = items.dropFirst(start)
        return ResourcePage(items: Array(rest.prefix(page.limit)), next: rest.count > page.limit ? String(start + page.limit) : nil)
    }
}
