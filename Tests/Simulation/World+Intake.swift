// SPDX-License-Identifier: Apache-2.0
import CRM
import CallModel
import Essentials
import Screening
import Store
import WireFormats

/// From a webhook to its answer: what `Intake` does inside its transactions, without its tables.
extension World {
    static let hangupGrace = Duration.seconds(30)
    static let leadWindow = Duration.seconds(30 * 86_400)

    mutating func post(_ index: Int) {
        guard check.isUnanswered(index) else { return }
        if mutation == .repeatAnsweredBeforeSync, let known = known(telephone.deliveries[index].event, disk.now) {
            return check.heard(index, disk.now.events[known].answer, telephone)
        }
        enqueue(.hook(index))
        // The PBX's patience; it posts again what got no 2xx.
        agenda.plan(.post(index), at: time + dice.between(4_000, 20_000))
    }

    /// The 2xx leaves; it may get lost on its way, and then the PBX comes again.
    mutating func answer(_ index: Int) {
        let delivery = telephone.deliveries[index]
        guard let known = known(delivery.event, disk.now) else { return check.fail("R1", "answered what is not there") }
        var answer = disk.now.events[known].answer
        if mutation == .answerMadeAnew { answer = reply(disk.now.calls[disk.now.events[known].call], disk.now) }
        check.acknowledge(delivery.event.dedupeKey, time)
        if hasFaults, dice.percent(faultPercent) { return }
        check.heard(index, answer, telephone)
    }

    private func known(_ event: CallEvent, _ disk: Disk) -> Int? {
        if mutation == .dedupeInMemory, !check.inMemory.contains(event.dedupeKey) { return nil }
        return disk.eventsByKey[event.dedupeKey]?.last
    }

    private func reply(_ row: Disk.CallRow, _ disk: Disk) -> String {
        let calls = disk.calls.count { $0.call.caller == row.call.caller }
        return "\(row.ring?.verdict.then?.rawValue ?? "-") \(row.ring?.verdict.rule ?? "-") \(row.id) \(row.generation) \(calls)"
    }

    // MARK: One event

    mutating func record(_ index: Int, _ disk: inout Disk) {
        let delivery = telephone.deliveries[index], event = delivery.event
        let first = mutation == .skipDedupe ? nil : remembered(event, disk)
        guard let place = disk.callsByID[event.callID] else { return begin(delivery, generation: 0, &disk) }
        switch disk.calls[place].call.belonging(of: event, arrivedAt: now, isRepeat: first != nil) {
        case .newGeneration: begin(delivery, generation: disk.calls[place].generation + 1, &disk)
        case .sameCall:
            if let first {
                if disk.events[first].content != delivery.content, mutation != .changedBodyPassesSilently { disk.conflicts += 1 }
                return
            }
            let effect = disk.calls[place].call.apply(event, arrivedAt: now)
            keep(delivery, place, &disk)
            attend(place, ended: effect.isEnd, &disk)
        }
    }

    private func remembered(_ event: CallEvent, _ disk: Disk) -> Int? {
        guard let known = known(event, disk) else { return nil }
        if mutation == .dedupeForgetsAfterADay, now - disk.events[known].arrivedAt > .seconds(86_400) { return nil }
        return known
    }

    private mutating func begin(_ delivery: Telephone.Delivery, generation: Int, _ disk: inout Disk) {
        let call = Call(delivery.event, arrivedAt: now, generation: generation)
        disk.calls.append(Disk.CallRow(source: call.source, id: call.callID, generation: generation, call: call))
        let place = disk.calls.count - 1
        disk.callsByID[call.callID] = place
        ring(place, &disk)
        keep(delivery, place, &disk)
        attend(place, ended: call.state == .ended, &disk)
    }

    private mutating func keep(_ delivery: Telephone.Delivery, _ place: Int, _ disk: inout Disk) {
        disk.events.append(
            Disk.Event(
                key: delivery.event.dedupeKey, content: delivery.content, event: delivery.event, arrivedAt: now, call: place,
                answer: reply(disk.calls[place], disk)))
        disk.eventsByKey[delivery.event.dedupeKey, default: []].append(disk.events.count - 1)
        check.remember(delivery.event.dedupeKey)
    }

    private func facts(_ row: Disk.CallRow) -> [String: FactInput] {
        var facts: [String: FactInput] = [:]
        if let number = row.call.caller?.number { facts["caller"] = .phone(number) }
        if let outcome = row.call.outcome { facts["outcome"] = .text(outcome.rawValue) }
        return facts
    }

    private func judge(_ moment: Moment, _ row: Disk.CallRow) -> Disk.Decision {
        let input = ScreeningInput(moment: moment, at: now, closed: true, facts: facts(row))
        return Disk.Decision(input: input, verdict: stage.rules.decide(input), ruleSet: stage.rules.hash)
    }

    private func ring(_ place: Int, _ disk: inout Disk) {
        let decision = judge(.ring, disk.calls[place])
        disk.calls[place].ring = decision
        disk.calls[place].call.decided(Call.RingAnswer(then: decision.verdict.then ?? .answer, reason: decision.verdict.reason, isObeyed: true))
    }

    /// The lead of a call that the rules did not end, and the decision that is owed when it is over.
    private mutating func attend(_ place: Int, ended: Bool, _ disk: inout Disk) {
        guard disk.calls[place].call.ring?.endsCall != true else { return }
        if disk.calls[place].lead == nil { join(place, &disk) }
        guard ended else { return }
        disk.calls[place].hangupDue = now + Self.hangupGrace
        agenda.plan(.due(call: place), at: time + Self.hangupGrace.milliseconds)
        // A lead that sales already has hears of the repeat call.
        if let lead = disk.calls[place].lead, disk.leads[lead].status == .qualified { order(.call, lead, &disk) }
    }

    private func join(_ place: Int, _ disk: inout Disk) {
        let number = disk.calls[place].call.caller?.number
        let latest = disk.leads.lastIndex { number != nil && $0.number == number }
        let summary = latest.map { LeadSummary(status: disk.leads[$0].status, lastContactAt: disk.leads[$0].lastContactAt) }
        let how = LeadRules.join(summary, now: now, window: Self.leadWindow)
        if let latest, how != .new, how != .newAfter, mutation != .leadForEveryCall {
            disk.calls[place].lead = latest
            disk.leads[latest].lastContactAt = max(now, disk.leads[latest].lastContactAt)
        } else {
            disk.leads.append(Disk.Lead(number: number, status: .new, lastContactAt: now))
            disk.calls[place].lead = disk.leads.count - 1
        }
    }

    // MARK: What is due

    mutating func due(_ call: Int) {
        guard disk.now.calls.indices.contains(call), let due = disk.now.calls[call].hangupDue else { return }
        guard due <= now else {
            // The clock went back; a due time further away than its grace is one that a jump moved.
            return agenda.plan(.due(call: call), at: time + min((due - now).milliseconds, 3_600_000))
        }
        enqueue(.decide(call: call))
    }

    mutating func decide(_ call: Int, _ disk: inout Disk) {
        guard disk.calls.indices.contains(call), disk.calls[call].hangupDue != nil else { return }
        disk.calls[call].hangupDue = nil
        let decision = judge(.hangup, disk.calls[call])
        disk.calls[call].hangup = decision
        guard let lead = disk.calls[call].lead, LeadRules.rulesMayMove(from: disk.leads[lead].status) else { return }
        disk.leads[lead].status = decision.verdict.then == .qualify ? .qualified : .needsCallback
        guard disk.leads[lead].status == .qualified else { return }
        order(.deliver, lead, &disk)
        order(.update, lead, &disk)
    }

    private func order(_ kind: OrderKind, _ lead: Int, _ disk: inout Disk) {
        let number = disk.orders.count + 1
        disk.orders.append(
            OrderRecord(
                id: RowID(Int64(number)), ulid: ULID(at: now, random: Identifiers(seed: UInt64(number))), lead: RowID(Int64(lead + 1)),
                leadKey: "cs-\(lead + 1)", account: "crm", kind: kind,
                payload: ["lead.key": .string("cs-\(lead + 1)"), "lead.title": .string("\(number)")], recipe: (recipe.name, recipe.hash), at: now))
    }
}
