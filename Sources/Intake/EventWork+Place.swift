// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Store

extension EventWork {
    /// Where an event belongs.
    enum Place {
        /// It is recorded already.
        case repeated(EventRecord)
        case known(LiveCalls.Entry)
        /// The first event of a call, under this generation of its id.
        case new(generation: Int)
    }

    func place(of event: CallEvent) throws -> Place {
        var next = 0
        guard let entry = try entry(of: event, next: &next) else { return .new(generation: next) }
        let first = try recorded(event, entry.known)
        switch entry.known.call.belonging(of: event, arrivedAt: now, isRepeat: first != nil) {
        case .newGeneration: return .new(generation: entry.known.record.generation + 1)
        case .sameCall: return first.map(Place.repeated) ?? .known(entry)
        }
    }

    /// The event as it is recorded, asked of the store only where the cache can't say.
    private func recorded(_ event: CallEvent, _ known: KnownCall) throws -> EventRecord? {
        if known.record.generation == 0, let keys = known.keys, !keys.contains(event.dedupeKey) { return nil }
        return try tx.latestEvent(source: event.source, dedupeKey: event.dedupeKey)
    }

    /// The call of the event's id, else of an id that the event says belongs to the same call.
    /// - Parameter next: the generation that follows what is stored of the event's own id, where its story was erased with its person.
    private func entry(of event: CallEvent, next: inout Int) throws -> LiveCalls.Entry? {
        if let entry = try entry(event.source, event.callID, next: &next) { return entry }
        if event.parentCallID == nil, event.links.isEmpty { return nil }
        var unused = 0
        for id in [event.parentCallID].compactMap({ $0 }) + event.links where id != event.callID && !id.isEmpty {
            if let entry = try entry(event.source, id, next: &unused) { return entry }
        }
        return nil
    }

    private func entry(_ source: String, _ id: String, next: inout Int) throws -> LiveCalls.Entry? {
        if let entry = parts.calls.entry(source: source, id: id) { return entry }
        guard let record = try tx.latestCall(source: source, pbxCallID: id) else { return nil }
        next = record.generation + 1
        return Call(stored: record.fold).map { LiveCalls.Entry(KnownCall(record: record, call: $0, keys: nil, isStored: true)) }
    }

    func newRecord(_ event: CallEvent, _ generation: Int) -> CallRecord {
        var record = CallRecord(ulid: parts.ulid(at: now), source: event.source, pbxCallID: event.callID, startedAt: now)
        record.generation = generation
        return record
    }

    /// A webhook that came before: nothing happens, and the first reply is given again.
    func repeated(_ hashed: HashedEvent, _ first: EventRecord) throws -> HookReply? {
        let event = hashed.event
        if first.contentHash != hashed.contentHash {
            try tx.audit(
                AuditEntry(
                    actor: "source \(event.source)", action: "event.repeat", object: "event \(first.id)", outcome: "conflict",
                    reason: "the same key came with other contents; the first stands"))
        }
        return first.answer.flatMap(HookReply.init(stored:))
    }

    /// Takes over into the row what the fold says now.
    /// - Parameter saysMore: fields that no rule of the dialect names may have changed.
    func settle(_ known: inout KnownCall, saysMore: Bool) throws {
        switch known.call.caller {
        case .number(let number):
            known.record.withheld = false
            known.record.callerText = nil
            if known.record.number != number {
                known.record.number = number
                let person = try tx.personAndNovelty(of: number)
                known.record.person = person.id
                lookups.newcomer = person.isNew ? person.id : nil
            }
        case .withheld: known.record.withheld = true
        case .unreadable(let text): known.record.callerText = text
        case nil: break
        }
        known.record.callerName = known.call.callerName
        known.record.direction = known.call.direction
        known.record.digits = known.call.digits
        known.record.agent = known.call.agent.map { parts.settings.agents[$0] ?? $0 }
        known.record.recording = known.call.recording
        if saysMore { known.record.extra = known.call.extra }
        settleCourse(&known)
        settleLine(&known.record, known.call.line)
    }

    /// Of what `settle` does, that on which our own answer bears.
    func settleCourse(_ known: inout KnownCall) {
        known.record.state = CallState(known.call.state)
        known.record.outcome = known.call.outcome
        known.record.startedAt = known.call.startedAt
        known.record.answeredAt = known.call.answeredAt
        known.record.endedAt = known.call.endedAt
        known.record.wait = known.call.wait
        known.record.talk = known.call.talk
        known.record.incomplete = known.call.incomplete(at: now).map(\.rawValue)
    }

    private func settleLine(_ record: inout CallRecord, _ number: String?) {
        guard record.lineName == nil || record.line != number else { return }
        let line = parts.settings.lines.line(number, source: record.source)
        record.line = number
        record.lineName = line?.name ?? Lines.unknown
        record.channel = line?.channel
        record.watch = source.watch || line?.watch == true
    }
}

extension CallState {
    init(_ state: Call.State) {
        self =
            switch state {
            case .ringing: .ringing
            case .talking: .talking
            case .ended: .ended
            }
    }
}
