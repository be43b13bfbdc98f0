// SPDX-License-Identifier: Apache-2.0
import CRM
import Delivery
import Essentials
import Store

/// The one writer: takes all that waits, commits, syncs once, then tells everybody.
extension World {
    mutating func enqueue(_ job: Job) {
        queue.append(job)
        guard !isCommitting else { return }
        isCommitting = true
        agenda.plan(.commit, at: time + dice.between(0, 3))
    }

    mutating func commit() {
        guard isCommitting, !queue.isEmpty else {
            isCommitting = false
            return
        }
        let jobs = queue
        queue = []
        var done: [Job] = []
        for job in jobs {
            var changed = disk.now
            done.append(transact(job, &changed))
            disk.commit(changed)
            if mutation == .answerBeforeSync, case .hook(let index) = job { answer(index) }
        }
        batch += 1
        batches[batch] = done
        let synced = time + dice.between(1, 40)
        agenda.plan(.sync(batch), at: synced)
        // The worst moment: written, not yet synced.
        if hasFaults, dice.percent(2) { agenda.plan(.losePower, at: dice.between(time, synced - 1)) }
    }

    mutating func sync(_ number: Int) {
        guard let jobs = batches.removeValue(forKey: number) else { return }
        disk.sync(leavingOut: mutation == .syncLeavesOutTheLast ? 1 : 0)
        isCommitting = false
        for job in jobs { finish(job) }
        if !queue.isEmpty, !isCommitting {
            isCommitting = true
            agenda.plan(.commit, at: time)
        }
    }

    /// One transaction. The job comes back as what it learned.
    private mutating func transact(_ job: Job, _ disk: inout Disk) -> Job {
        switch job {
        case .hook(let index): record(index, &disk)
        case .claim(let worker, let life): return claim(worker, life, &disk)
        case .record(let worker, let life, let carry): return record(worker, life, carry, &disk)
        case .recover(let all): recover(all: all, &disk)
        case .decide(let call): decide(call, &disk)
        }
        return job
    }

    private mutating func finish(_ job: Job) {
        switch job {
        case .hook(let index):
            if mutation != .answerBeforeSync { answer(index) }
            if disk.now.orders.contains(where: { $0.state == .waiting && $0.attempts == 0 }) { signal() }
        case .claim(let worker, _): workers[worker].isWaiting = false; rest(worker)
        case .record(let worker, let life, let carry): goOn(worker, life, carry)
        case .recover, .decide: signal()
        }
    }

    /// New orders may wait: a hint that can be lost (R43), and the poll that can't.
    mutating func signal() {
        for worker in workers.indices {
            if !dice.percent(20) { wake(worker, at: time + 5) }
            wake(worker, at: time + 30_000)
        }
    }

    // MARK: Faults

    /// The process ends: its memory is gone, with what waited in it. Only a power cut takes what was not synced.
    mutating func restart(losingPower: Bool) {
        if losingPower { disk.losePower(&dice) }
        if mutation == .recoveryCutsTheTail { disk.cutLastSync() }
        let inHand = queue + batches.values.flatMap { $0 }
        queue = []
        batches = [:]
        isCommitting = false
        for worker in workers.indices {
            crm.forget(worker: worker)
            workers[worker] = Worker(life: workers[worker].life + 1, fence: workers[worker].fence)
            wake(worker, at: time + 200)
        }
        gate = AccountGate(recipe.pace)
        check.survived(disk.now)
        check.memoryLost()
        enqueue(.recover(all: true))
        // The ring file hands back what was in hand; a power cut takes it, since nothing syncs it.
        if !losingPower { for case .hook(let index) in inHand { enqueue(.hook(index)) } }
        for call in disk.now.calls.indices where disk.now.calls[call].hangupDue != nil { agenda.plan(.due(call: call), at: time + 300) }
        for index in telephone.deliveries.indices where telephone.deliveries[index].at <= time && check.isUnanswered(index) {
            agenda.plan(.post(index), at: time + dice.between(500, 9_000))
        }
    }

    /// One worker's process is gone; its claims come back when their lease has passed.
    mutating func die(_ worker: Int) {
        crm.forget(worker: worker)
        workers[worker] = Worker(life: workers[worker].life + 1, fence: workers[worker].fence)
        wake(worker, at: time + 1_000)
    }

    /// The machine's clock is set. The service sees it by the clock that only runs, and moves every wait along: without that, a
    /// search for a lead that was just created came before the CRM's index had it (seed 2378 of the first model).
    mutating func jump(_ distance: Int64) {
        offset += distance
        guard mutation != .clockMovesWaits else { return }
        var changed = disk.now
        for index in changed.orders.indices where changed.orders[index].state == .waiting {
            changed.orders[index].dueAt = changed.orders[index].dueAt + .milliseconds(distance)
        }
        disk.commit(changed)
        signal()
    }
}
