// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Store

/// What the events of one request do, inside one transaction (DESIGN.md, "The way of a call").
struct EventWork {
    let tx: Transaction
    let parts: IntakeParts
    let work: HookIntake.Work
    /// The PBX has already been told to let the call through: whatever is decided now is not obeyed.
    let isTooLate: Bool

    var changes: [LiveChange] = []
    var commands: [OwedCommand] = []
    var raw: RawRecord.ID?
    /// Facts about this event's record in the audit log.
    var details: [AuditDetail] = []
    /// This event is the first that names the caller's number.
    var gainsNumber = false
    /// The decision at `ring` that this event brought about, until it is stored, with its lead.
    var decision: DecisionRecord?
    /// Commands that this event's answer consists of, until they are stored, after their call.
    var owed: [CommandRequest] = []
    let lookups = Lookups()

    var source: IntakeSettings.Source { work.source }
    var request: HookRequest { work.request }
    var now: Instant { work.request.arrivedAt }
    var dialect: Dialect { work.source.profile.dialect }
    var leads: LeadWork { LeadWork(tx: tx, parts: parts, now: now, lookups: lookups) }

    init(tx: Transaction, parts: IntakeParts, work: HookIntake.Work, isTooLate: Bool) {
        self.tx = tx
        self.parts = parts
        self.work = work
        self.isTooLate = isTooLate
    }

    /// Records events in their order, and gives the reply to the request: the answer to the first one that asks, else `ok`.
    mutating func record(_ events: [HashedEvent]) throws -> HookReply {
        var answer: HookReply?
        for event in events {
            do {
                let reply = try record(event)
                if answer == nil { answer = reply }
            } catch {
                // What the body did is taken back; the cache must not remember it, under whatever id.
                parts.calls.dropAll()
                throw error
            }
        }
        if answer == nil, let going = events.first(where: \.event.continues) { return try goOn(after: going.event) }
        return answer ?? dialect.reply(.ok)
    }

    private mutating func record(_ hashed: HashedEvent) throws -> HookReply? {
        let event = hashed.event
        details = []
        decision = nil
        owed = []
        lookups.newcomer = nil
        guard event.kind.belongsToCall, !event.callID.isEmpty else { return try recordApart(hashed) }
        switch try place(of: event) {
        case .repeated(let first): return try repeated(hashed, first)
        case .known(let entry):
            let effect = entry.known.call.apply(event, arrivedAt: now, notesChange: false)
            let answer = try follow(hashed, &entry.known, effect)
            parts.calls.keep(entry)
            return answer
        case .new(let generation):
            let call = Call(event, arrivedAt: now, generation: generation)
            let entry = LiveCalls.Entry(KnownCall(record: newRecord(event, generation), call: call, keys: [], isStored: false))
            entry.known.record.id = try tx.reserveCall()
            let answer = try follow(hashed, &entry.known, FoldEffect(before: nil, after: call.state, isLate: false, hasChanged: true))
            parts.calls.keep(entry)
            return answer
        }
    }

    /// The event's part in its call, in the order in which things depend on each other; then its own row and the audit record.
    private mutating func follow(_ hashed: HashedEvent, _ known: inout KnownCall, _ effect: FoldEffect) throws -> HookReply? {
        let event = hashed.event
        let before = known.isStored ? known.record : nil
        let answered = known.call.ring
        try settle(&known, saysMore: before == nil || !event.extra.isEmpty)
        gainsNumber = before.map { $0.person == nil } == true && known.record.person != nil
        let line = leads.line(of: known.record)
        let answer = try ring(event, &known, line)
        try attend(event, &known, effect, line)
        if known.call.ring != answered { settleCourse(&known) }
        known.record.updatedAt = now
        try save(&known, before)
        guard try insert(hashed, call: known.record, answer: answer) else {
            // The row was there after all: what the store knows of the call is asked next time.
            known.keys = nil
            return answer
        }
        known.keys?.insert(event.dedupeKey)
        try audit(event, known.record, effect)
        changes.append(LiveChange(.call, known.record.ulid))
        return answer
    }

    private mutating func save(_ known: inout KnownCall, _ before: CallRecord?) throws {
        known.record.fold = known.call.stored
        if let before { try tx.update(known.record, from: before) } else { try tx.insert(known.record) }
        known.isStored = true
        if !owed.isEmpty { try owe(owed, to: known.record) }
        guard var decision else { return }
        decision.lead = known.record.lead
        try tx.insert(&decision)
    }

    /// - Returns: false when the store knew the event after all.
    private mutating func insert(_ hashed: HashedEvent, call: CallRecord?, answer: HookReply?) throws -> Bool {
        let event = hashed.event
        var record = EventRecord(
            source: event.source, dedupeKey: event.dedupeKey, kind: event.kind, arrivedAt: now, contentHash: hashed.contentHash)
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
        var record = RawRecord(source: source.profile.name, arrivedAt: now, head: work.keptHead, body: request.body)
        record.person = person
        let id = try tx.keep(record)
        raw = id
        return id
    }

    /// An event of no call: a command's result, call tracking.
    private mutating func recordApart(_ hashed: HashedEvent) throws -> HookReply? {
        let event = hashed.event
        guard try tx.latestEvent(source: event.source, dedupeKey: event.dedupeKey) == nil else { return nil }
        guard try insert(hashed, call: nil, answer: nil) else { return nil }
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
