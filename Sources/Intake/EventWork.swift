// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Store

/// What the events of one request do, inside one transaction (DESIGN.md, "The way of a call").
struct EventWork {
    let tx: Transaction
    let parts: IntakeParts
    let source: IntakeSettings.Source
    let request: HookRequest
    /// The PBX has already been told to let the call through: whatever is decided now is not obeyed.
    let isTooLate: Bool

    var changes: [LiveChange] = []
    var commands: [OwedCommand] = []
    var raw: RawRecord.ID?
    /// Facts about this event's record in the audit log.
    var details: [AuditDetail] = []
    /// This event is the first that names the caller's number.
    var gainsNumber = false

    var now: Instant { request.arrivedAt }
    var dialect: Dialect { source.profile.dialect }
    var leads: LeadWork { LeadWork(tx: tx, parts: parts, now: now) }

    init(tx: Transaction, parts: IntakeParts, source: IntakeSettings.Source, request: HookRequest, isTooLate: Bool) {
        self.tx = tx
        self.parts = parts
        self.source = source
        self.request = request
        self.isTooLate = isTooLate
    }

    /// Records events in their order, and gives the reply to the request: the answer to the first one that asks, else `ok`.
    mutating func record(_ events: [CallEvent]) throws -> HookReply {
        var answer: HookReply?
        for event in events {
            do {
                let reply = try record(event)
                if answer == nil { answer = reply }
            } catch {
                // The savepoint takes back what the body did; the cache must not remember it, under whatever id.
                parts.calls.dropAll()
                throw error
            }
        }
        if answer == nil, let event = events.first(where: \.continues) { return try goOn(after: event) }
        return answer ?? dialect.reply(.ok)
    }

    private mutating func record(_ event: CallEvent) throws -> HookReply? {
        details = []
        guard event.kind.belongsToCall, !event.callID.isEmpty else { return try recordApart(event) }
        switch try place(of: event) {
        case .repeated(let first): return try repeated(event, first)
        case .known(var known):
            let effect = known.call.apply(event, arrivedAt: now)
            return try follow(event, &known, effect)
        case .new(let generation):
            var known = KnownCall(record: newRecord(event, generation), call: Call(event, arrivedAt: now, generation: generation), keys: [])
            try settle(&known)
            try tx.save(&known.record)
            return try follow(event, &known, FoldEffect(before: nil, after: known.call.state, isLate: false, hasChanged: true))
        }
    }

    /// The event's part in its call, in the order in which things depend on each other; then its own row and the audit record.
    private mutating func follow(_ event: CallEvent, _ known: inout KnownCall, _ effect: FoldEffect) throws -> HookReply? {
        let isUnnamed = known.record.person == nil
        try settle(&known)
        gainsNumber = isUnnamed && known.record.person != nil
        let line = leads.line(of: known.record)
        let answer = try ring(event, &known, line)
        try attend(event, &known, effect, line)
        try settle(&known)
        known.record.updatedAt = now
        known.record.fold = known.call.stored
        try tx.save(&known.record)
        let isRecorded = try insert(event, call: known.record, answer: answer)
        guard isRecorded else { return answer }
        known.keys?.insert(event.dedupeKey)
        parts.calls.keep(known)
        try audit(event, known.record, effect)
        changes.append(LiveChange(.call, known.record.ulid))
        return answer
    }

    /// - Returns: false when the store knew the event after all.
    private mutating func insert(_ event: CallEvent, call: CallRecord?, answer: HookReply?) throws -> Bool {
        var record = EventRecord(
            source: event.source, dedupeKey: event.dedupeKey, kind: event.kind, arrivedAt: now, contentHash: event.contentHash)
        record.generation = call?.generation ?? 0
        record.call = call?.id
        record.asks = event.asks
        record.at = event.at
        record.raw = try keptRaw(person: call?.person)
        record.answer = answer?.stored
        if case .inserted = try tx.insert(record) { return true }
        return false
    }

    private mutating func keptRaw(person: PersonID?) throws -> RawRecord.ID {
        if let raw { return raw }
        var record = RawRecord(source: source.profile.name, arrivedAt: now, head: request.keptHead, body: request.body)
        record.person = person
        let id = try tx.keep(record)
        raw = id
        return id
    }

    /// An event of no call: a command's result, call tracking.
    private mutating func recordApart(_ event: CallEvent) throws -> HookReply? {
        guard try tx.latestEvent(source: event.source, dedupeKey: event.dedupeKey) == nil else { return nil }
        guard try insert(event, call: nil, answer: nil) else { return nil }
        if event.kind == .result, let command = event.commandID {
            let result = event.extra["result"] ?? event.extra.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            try tx.note(result: String(result.prefix(200)), ofCommand: command, source: event.source, now: now)
        }
        let object = event.commandID.map { "command \($0)" } ?? "event \(event.kind.rawValue)"
        try tx.audit(AuditEntry(actor: "source \(event.source)", action: "event.record", object: object, outcome: event.kind.rawValue))
        return nil
    }

    private func audit(_ event: CallEvent, _ record: CallRecord, _ effect: FoldEffect) throws {
        var details = [AuditDetail.plain("kind", event.kind.rawValue), .plain("state", effect.after.rawValue)]
        if effect.isLate { details.append(.plain("late", "yes")) }
        if CallTime(own: event.at, arrived: now).clock == .arrival, event.at != nil { details.append(.plain("clock", "arrival")) }
        try tx.audit(
            AuditEntry(
                actor: "source \(event.source)", action: "call.event", object: "call \(record.ulid)", outcome: record.outcome?.rawValue ?? "done",
                details: details + self.details))
    }
}
