// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials
import Store

extension StoreBackend {
    public func calls(liveOnly: Bool, page: PageRequest) async throws(Problem) -> ResourcePage<CallResource> {
        let cursor = try Self.cursor(page)
        return try await read { store in
            let records = try liveOnly ? store.liveCalls(from: cursor, limit: page.limit) : store.calls(from: cursor, limit: page.limit)
            return ResourcePage(items: try records.items.map { try CallResource($0, in: store) }, next: records.next?.description)
        }
    }

    public func call(source: String, pbxCallID: String) async throws(Problem) -> CallResource? {
        try await read { store in
            try store.latestCall(source: source, pbxCallID: pbxCallID).map { try CallResource($0, in: store) }
        }
    }

    public func call(_ id: ULID) async throws(Problem) -> CallResource {
        try await read { store in
            guard let record = try store.call(id) else { throw Problem.notFound("call") }
            return try CallResource(record, in: store)
        }
    }

    public func leads(_ query: LeadQuery, page: PageRequest) async throws(Problem) -> ResourcePage<LeadResource> {
        let cursor = try Self.cursor(page)
        return try await read { store in
            let records = try store.leads(
                .init(statuses: Array(query.statuses), reason: query.reason, line: query.line), from: cursor, limit: page.limit)
            return ResourcePage(items: try records.items.map { try LeadResource($0, in: store) }, next: records.next?.description)
        }
    }

    public func lead(_ id: ULID) async throws(Problem) -> LeadResource {
        try await read { store in
            guard let record = try store.lead(id) else { throw Problem.notFound("lead") }
            return try LeadResource(record, in: store)
        }
    }

    public func leadDetail(_ id: ULID) async throws(Problem) -> LeadDetail {
        let rules = rules
        var detail = try await read { store in
            guard let record = try store.lead(id) else { throw Problem.notFound("lead") }
            return LeadDetail(
                lead: try LeadResource(record, in: store), calls: try store.calls(of: record.id).map { try CallResource($0, in: store) },
                decisions: try store.decisions(of: record.id).reversed().map { try rules.resource($0, in: store) },
                deliveries: try store.orders(of: record.id).reversed().map { OutboxResource($0) })
        }
        // A lead that nobody has briefed has none; its other parts are shown all the same.
        detail.briefing = try? await briefing(lead: id, actor: "")
        return detail
    }

    public func callbacks(page: PageRequest) async throws(Problem) -> ResourcePage<LeadResource> {
        let cursor = try Self.cursor(page)
        return try await read { store in
            let records = try store.callbacks(from: cursor, limit: page.limit)
            return ResourcePage(items: try records.items.map { try LeadResource($0, in: store) }, next: records.next?.description)
        }
    }

    public func decision(_ id: ULID, language: Language?) async throws(Problem) -> DecisionResource {
        let rules = rules
        return try await read { store in
            guard let record = try store.decision(id) else { throw Problem.notFound("decision") }
            return try rules.traced(record, language, in: store)
        }
    }

    public func quality(by key: QualityKey, from: Instant?, to: Instant?) async throws(Problem) -> QualityResource {
        let grouping: QualityGrouping =
            switch key {
            case .line: .line
            case .rule: .rule
            case .reason: .reason
            }
        let begin = from ?? Instant(unixMilliseconds: .min)
        let end = to ?? Instant(unixMilliseconds: .max)
        return try await read { store in
            QualityResource(by: key.rawValue, rows: try store.quality(by: grouping, from: begin, to: end).map(QualityResource.Row.init))
        }
    }
}

extension QualityResource.Row {
    init(_ row: QualityRow) {
        self.init(key: row.key.isEmpty ? nil : row.key)
        (calls, leads, qualified, returned) = (row.calls, row.leads, row.qualified, row.returned)
        (won, lost, notQualified, notALead) = (row.won, row.lost, row.notQualified, row.notALead)
        firstContact = row.firstContact
    }
}
