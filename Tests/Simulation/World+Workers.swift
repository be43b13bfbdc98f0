// SPDX-License-Identifier: Apache-2.0
import CRM
import Delivery
import Essentials
import Store
import WireFormats

/// The workers: claim, send, record, as `DeliveryEngine` does, in any number and dying anywhere.
extension World {
    /// Plans that a worker looks for work, unless it is going to before that anyway.
    mutating func wake(_ worker: Int, at: Int64) {
        if let planned = workers[worker].wakesAt, planned <= at, planned >= time { return }
        workers[worker].wakesAt = at
        agenda.plan(.wake(worker: worker, life: workers[worker].life), at: at)
    }

    mutating func wake(_ worker: Int, _ life: Int) {
        guard workers[worker].life == life else { return }
        workers[worker].wakesAt = nil
        guard workers[worker].carry == nil, !workers[worker].isWaiting else { return }
        guard !isStopped(worker, .wake(worker: worker, life: life)) else { return }
        let heads = disk.now.orders.filter { isFree($0) && isClaimable($0, disk.now) }
        guard let next = heads.map(\.dueAt).min() else { return }
        let room = gate.room(underWay: workers.count { $0.carry != nil }, now: now)
        guard next <= now, room > 0 else {
            let opens = max(next, room > 0 ? next : gate.nextToken(now: now))
            return wake(worker, at: time + min(max((opens - now).milliseconds, room > 0 ? 50 : 1_000), 86_400_000))
        }
        workers[worker].isWaiting = true
        gate.take(now: now)
        enqueue(.claim(worker: worker, life: life))
    }

    /// A stopped process goes on later exactly where it was.
    private mutating func isStopped(_ worker: Int, _ step: Step) -> Bool {
        guard workers[worker].stoppedUntil > time else { return false }
        agenda.plan(step, at: workers[worker].stoppedUntil)
        return true
    }

    private func isFree(_ order: OrderRecord) -> Bool {
        order.state == .waiting || (mutation == .claimTakesWhatIsClaimed && order.state == .claimed)
    }

    private func isClaimable(_ order: OrderRecord, _ disk: Disk) -> Bool {
        switch mutation {
        case .anyOrderOfALead: return true
        case .waitingHeadIsPassed:
            return !disk.orders.contains {
                $0.lead == order.lead && $0.id < order.id && ($0.state == .claimed || $0.dueAt <= now) && !$0.state.isFinished
            }
        case .heldHeadIsPassed: return disk.orders.first { $0.lead == order.lead && !$0.state.isFinished && $0.state != .held }?.id == order.id
        default: return disk.isHead(order)
        }
    }

    // MARK: Transactions

    mutating func claim(_ worker: Int, _ life: Int, _ disk: inout Disk) -> Job {
        guard workers[worker].life == life else { return .claim(worker: worker, life: life) }
        let ready = disk.orders.filter { isFree($0) && $0.dueAt <= now && isClaimable($0, disk) }
        guard !ready.isEmpty else { return .claim(worker: worker, life: life) }
        var order = ready[dice.below(ready.count)]
        disk.fence += 1
        workers[worker].fence += 1
        order.fence = mutation == .fenceOfEachWorker ? workers[worker].fence : disk.fence
        order.state = .claimed
        order.leaseUntil = now + .milliseconds(Self.lease)
        agenda.plan(.sweep, at: time + Self.lease + 1_000)
        let claim = check.claimed(order.id.value)
        disk.orders[disk.order(order.id)] = order
        var carry = Carry(entry: OutboxEntry(order, recipe: recipe, backoff: backoff), claim: claim, leaseEnds: time + Self.lease)
        proceed(&carry, disk)
        if mutation != .intentNotStored { _ = save(carry, &disk) }
        return .record(worker: worker, life: life, carry)
    }

    func proceed(_ carry: inout Carry, _ disk: Disk) {
        let remotes = disk.remotes[carry.entry.order.lead.value] ?? [:]
        guard case .send(let intent) = carry.entry.proceed(now: now, account: [:], mapping: [:], remotes: remotes) else { return carry.intent = nil }
        carry.intent = intent
    }

    /// Stores how the last request ended, and the next intent.
    mutating func record(_ worker: Int, _ life: Int, _ carry: Carry, _ disk: inout Disk) -> Job {
        var carry = carry
        guard workers[worker].life == life else { return .record(worker: worker, life: life, carry) }
        for step in carry.entry.order.steps where step.state == .done {
            for member in step.taken.members ?? [] { disk.remotes[carry.entry.order.lead.value, default: [:]][member.name] = member.value }
        }
        var finished = carry
        if finished.entry.order.state == .claimed { proceed(&finished, disk) }
        var stored = finished
        if mutation == .intentNotStored, finished.intent?.purpose == .effect { stored = carry }
        guard save(stored, &disk) else {
            carry.intent = nil
            carry.claim = -1
            return .record(worker: worker, life: life, carry)
        }
        return .record(worker: worker, life: life, finished)
    }

    /// The completing write: only who holds the claim may make it.
    private mutating func save(_ carry: Carry, _ disk: inout Disk) -> Bool {
        let order = carry.entry.order, place = disk.order(order.id)
        let isMine = disk.orders[place].fence == order.fence
        let isClaimed = disk.orders[place].state == .claimed
        switch mutation {
        case .noFence: break
        case .fenceOfTheState: guard isClaimed else { return false }
        default: guard isClaimed, isMine else { return false }
        }
        check.saved(order.id.value, claim: carry.claim)
        disk.orders[place] = order
        if mutation == .looksWithoutWaiting, order.state == .waiting { disk.orders[place].dueAt = now }
        return true
    }

    mutating func recover(all: Bool, _ disk: inout Disk) {
        for place in disk.orders.indices where disk.orders[place].state == .claimed {
            // One process knows what it carries itself; several can go by the lease alone.
            if mayJump, !all, workers.contains(where: { $0.carry?.entry.order.id == disk.orders[place].id }) { continue }
            guard all || (disk.orders[place].leaseUntil ?? now) <= now else { continue }
            var entry = OutboxEntry(disk.orders[place], recipe: recipe, backoff: backoff)
            entry.recover("gone", now: now)
            var order = entry.order
            if mutation == .recoveryReopensSteps {
                for step in order.steps.indices where order.steps[step].state == .unknown { order.steps[step].state = .open }
            }
            if mutation == .looksWithoutWaiting { order.dueAt = now }
            check.released(order.id.value)
            disk.orders[place] = order
        }
    }

    // MARK: Between transactions

    /// The order rests, or its worker has nothing: the next one.
    mutating func rest(_ worker: Int) {
        workers[worker].carry = nil
        workers[worker].isWaiting = false
        wake(worker, at: time + 10)
    }

    /// The intent is synced: now the request may leave.
    mutating func goOn(_ worker: Int, _ life: Int, _ carry: Carry) {
        guard workers[worker].life == life else { return }
        workers[worker].isWaiting = false
        guard let intent = carry.intent else { return rest(worker) }
        workers[worker].carry = carry
        check.note(carry, intent, time)
        // SIGSTOP at the worst moment: the intent is stored, nothing has left.
        if hasFaults, workers.count > 1, dice.percent(8) { workers[worker].stoppedUntil = time + dice.between(5_000, 200_000) }
        agenda.plan(.send(worker: worker, life: life), at: time)
    }

    mutating func send(_ worker: Int, _ life: Int) {
        guard workers[worker].life == life, let carry = workers[worker].carry, let intent = carry.intent else { return }
        guard !isStopped(worker, .send(worker: worker, life: life)) else { return }
        // After SIGCONT a worker looks at its lease before it sends: the request must end within it.
        if mutation != .staleWorkerSends, time + Self.timeout >= carry.leaseEnds { return rest(worker) }
        if hasFaults, dice.percent(faultPercent / 3) {
            return agenda.plan(.heard(worker: worker, life: life, .failedBeforeSend("could not connect")), at: time + dice.between(1, 1_000))
        }
        if hasFaults, dice.percent(faultPercent / 4) {
            return agenda.plan(.heard(worker: worker, life: life, .unknown("timed out")), at: time + Self.timeout)
        }
        guard let request = request(carry, intent) else {
            return agenda.plan(.heard(worker: worker, life: life, .answered(CRMAnswer(class: .invalid))), at: time)
        }
        let number = crm.take(request, worker: worker)
        let fates: [Fate] = [.cutEarly, .answerLost, .serverError, .falseError]
        let fate = hasFaults && dice.percent(faultPercent) ? fates[dice.below(4)] : .answered
        let takes = dice.between(5, 3_000)
        agenda.plan(.act(request: number, worker: worker, life: life, fate: fate), at: time + takes)
        guard fate == .cutEarly else { return }
        crm.end(number)
        agenda.plan(.heard(worker: worker, life: life, .unknown("connection reset")), at: time + 2)
    }

    private func request(_ carry: Carry, _ intent: OutboxEntry.Intent) -> CRMRequest? {
        let context = context(carry, intent)
        guard var request = try? recipe.request(intent.operation, context) else { return nil }
        if mutation == .keyForEveryAttempt, let body = request.body {
            request.body = Array(String(decoding: body, as: UTF8.self).replacing("\"step\":\"", with: "\"step\":\"\(time)-").utf8)
        }
        return request
    }

    private func context(_ carry: Carry, _ intent: OutboxEntry.Intent) -> RecipeContext {
        let remotes = disk.now.remotes[carry.entry.order.lead.value] ?? [:]
        return carry.entry.context(step: intent.step, account: [:], mapping: [:], remotes: remotes, now: now)
    }

    mutating func act(_ number: Int, _ worker: Int, _ life: Int, _ fate: Fate) {
        guard let request = crm.taken(number) else { return }
        let body = crm.act(request, at: time)
        guard fate != .cutEarly, workers[worker].life == life, let carry = workers[worker].carry, let intent = carry.intent else {
            return crm.end(number)
        }
        let context = context(carry, intent)
        func answer(_ status: Int, _ body: String) -> OutboxEntry.Ending {
            .answered(recipe.read(CRMResponse(status: status, body: Array(body.utf8)), to: intent.operation, context))
        }
        let ending: OutboxEntry.Ending =
            switch fate {
            case .answered, .cutEarly: answer(200, body)
            case .answerLost: .unknown("connection lost")
            case .serverError: answer(500, "")
            case .falseError: answer(200, "{\"error\":\"busy\"}")
            }
        crm.end(number)
        agenda.plan(.heard(worker: worker, life: life, ending), at: time + dice.between(1, 30))
    }

    mutating func heard(_ worker: Int, _ life: Int, _ ending: OutboxEntry.Ending) {
        guard workers[worker].life == life, var carry = workers[worker].carry, let intent = carry.intent else { return }
        // … or the answer is there and not recorded.
        if hasFaults, workers.count > 1, dice.percent(5) { workers[worker].stoppedUntil = time + dice.between(5_000, 200_000) }
        guard !isStopped(worker, .heard(worker: worker, life: life, ending)) else { return }
        let counts = gate.learn(ending, now: now)
        carry.entry.finish(intent, mutated(ending), now: now, jitter: Double(dice.below(1000)) / 1000, counts: counts)
        if carry.entry.order.state == .waiting, carry.entry.order.dueAt - now > .seconds(86_400) { check.fail("R17", "waits longer than a day") }
        carry.intent = nil
        workers[worker].carry = carry
        enqueue(.record(worker: worker, life: life, carry))
    }

    private func mutated(_ ending: OutboxEntry.Ending) -> OutboxEntry.Ending {
        switch (mutation, ending) {
        case (.unknownIsFailure, .unknown(let why)): return .failedBeforeSend(why)
        case (.serverErrorIsFailure, .answered(let answer)) where answer.class == .serverError:
            return .answered(CRMAnswer(class: .retry))
        default: return ending
        }
    }
}
