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
        case known(KnownCall)
        /// The first event of a call, under this generation of its id.
        case new(generation: Int)
    }

    func place(of event: CallEvent) throws -> Place {
        guard let known = try knownCall(of: event) else { return .new(generation: try generation(after: event)) }
        let first = try recorded(event, known)
        switch known.call.belonging(of: event, arrivedAt: now, isRepeat: first != nil) {
        case .newGeneration: return .new(generation: known.record.generation + 1)
        case .sameCall: return first.map(Place.repeated) ?? .known(known)
        }
    }

    /// The event as it is recorded, asked of the store only where the cache can't say.
    private func recorded(_ event: CallEvent, _ known: KnownCall) throws -> EventRecord? {
        if known.record.generation == 0, let keys = known.keys, !keys.contains(event.dedupeKey) { return nil }
        return try tx.latestEvent(source: event.source, dedupeKey: event.dedupeKey)
    }

    /// The call of the event's id, else of an id that the event says belongs to the same call.
    private func knownCall(of event: CallEvent) throws -> KnownCall? {
        if let known = try knownCall(event.source, event.callID) { return known }
        for id in [event.parentCallID].compactMap({ $0 }) + event.links where id != event.callID && !id.isEmpty {
            if let known = try knownCall(event.source, id) { return known }
        }
        return nil
    }

    private func knownCall(_ source: String, _ id: String) throws -> KnownCall? {
        if let known = parts.calls.call(source: source, id: id) { return known }
        guard let record = try tx.latestCall(source: source, pbxCallID: id) else { return nil }
        return Call(stored: record.fold).map { KnownCall(record: record, call: $0, keys: nil) }
    }

    /// The generation of a call that is not known: 0, or the next one where the story of the last was erased with its person.
    private func generation(after event: CallEvent) throws -> Int {
        try tx.latestCall(source: event.source, pbxCallID: event.callID).map { $0.generation + 1 } ?? 0
    }

    func newRecord(_ event: CallEvent, _ generation: Int) -> CallRecord {
        var record = CallRecord(ulid: parts.ulid(at: now), source: event.source, pbxCallID: event.callID, startedAt: now)
        record.generation = generation
        return record
    }

    /// A webhook that came before: nothing happens, and the first reply is given again.
    func repeated(_ event: CallEvent, _ first: EventRecord) throws -> HookReply? {
        if first.contentHash != event.contentHash {
            try tx.audit(
                AuditEntry(
                    actor: "source \(event.source)", action: "event.repeat", object: "event \(first.id)", outcome: "conflict",
                    reason: "the same key came with other contents; the first stands"))
        }
        return first.answer.flatMap(HookReply.init(stored:))
    }

    /// Takes over into the row what the fold says now.
    func settle(_ known: inout KnownCall) throws {
        let call = known.call
        var record = known.record
        switch call.caller {
        case .number(let number):
            record.withheld = false
            record.callerText = nil
            if record.number != number {
                record.number = number
                record.person = try tx.person(of: number)
            }
        case .withheld: record.withheld = true
        case .unreadable(let text): record.callerText = text
        case nil: break
        }
        record.callerName = call.callerName
        record.direction = call.direction
        record.state = CallState(rawValue: call.state.rawValue) ?? .ended
        record.outcome = call.outcome
        record.startedAt = call.startedAt
        record.answeredAt = call.answeredAt
        record.endedAt = call.endedAt
        record.wait = call.wait
        record.talk = call.talk
        record.digits = call.digits
        record.agent = call.agent.map { parts.settings.agents[$0] ?? $0 }
        record.recording = call.recording
        record.extra = call.extra
        record.incomplete = call.incomplete(at: now).map(\.rawValue)
        settleLine(&record, call)
        known.record = record
    }

    private func settleLine(_ record: inout CallRecord, _ call: Call) {
        guard record.lineName == nil || record.line != call.line else { return }
        let line = parts.settings.lines.line(call.line, source: record.source)
        record.line = call.line
        record.lineName = line?.name ?? Lines.unknown
        record.channel = line?.channel
        record.watch = source.watch || line?.watch == true
    }
}
