// SPDX-License-Identifier: Apache-2.0
import CRM
import CallModel
import Delivery
import Essentials
import Screening
import Store

/// A whole history in fake time: a telephone system, one writer with group commit, workers, a CRM, faults. What decides is the
/// product's own code (`Call`, `LeadRules`, `RuleSet`, `OutboxEntry`, `Backoff`, `AccountGate`, `Recipe`); only the transactions around it
/// and the disk are a model.
///
///     post ─▶ queue ─commit─▶ tail ─sync─▶ answer        a power cut keeps the synced part and any beginning of the tail,
///     claim ─▶ queue ─commit─▶ tail ─sync─▶ send         a kill keeps the tail too, and loses queue and memory
public struct World {
    /// What is fixed for all histories.
    public struct Stage: Sendable {
        let rules: RuleSet
        private let repeating: Recipe
        private let looking: Recipe
        private let holding: Recipe

        /// - Throws: when rules or recipes of the simulation do not load.
        public init() throws {
            rules = try SimulationRules.load()
            repeating = try LeaveUnknown.repeat.recipe
            looking = try LeaveUnknown.look.recipe
            holding = try LeaveUnknown.hold.recipe
        }

        func recipe(_ kind: LeaveUnknown) -> Recipe {
            switch kind {
            case .repeat: repeating
            case .look: looking
            case .hold: holding
            }
        }
    }

    /// What a transaction is for, and whom to tell when it is synced.
    enum Job {
        case hook(Int)
        case claim(worker: Int, life: Int)
        case record(worker: Int, life: Int, Carry)
        case recover(all: Bool)
        case decide(call: Int)
    }
    enum Step {
        case post(Int)
        case commit
        case sync(Int)
        case wake(worker: Int, life: Int)
        case send(worker: Int, life: Int)
        case act(request: Int, worker: Int, life: Int, fate: Fate)
        case heard(worker: Int, life: Int, OutboxEntry.Ending)
        case sweep
        case due(call: Int)
        case kill
        case losePower
        case stop(worker: Int)
        case die(worker: Int)
        case jump(Int64)
    }
    /// What becomes of a request after the CRM has it.
    enum Fate { case answered, cutEarly, answerLost, serverError, falseError }

    /// A claimed order on its way.
    struct Carry {
        var entry: OutboxEntry
        var intent: OutboxEntry.Intent?
        /// Which claim of the order this is, known to the checker alone.
        var claim: Int
        var leaseEnds: Int64
    }
    struct Worker {
        var life = 0
        var stoppedUntil: Int64 = 0
        var carry: Carry?
        var isWaiting = false
        var wakesAt: Int64?
        var fence: Int64 = 0
    }

    let stage: Stage
    let kind: LeaveUnknown
    let recipe: Recipe
    let mutation: Mutation?
    let backoff = Backoff(attemptsMax: 1_000)
    var dice: Dice
    var agenda = Agenda<Step>()
    /// Milliseconds since the beginning, on a clock that nothing moves.
    var time: Int64 = 0
    /// What the machine's clock is off by.
    var offset: Int64 = 0
    var disk = DiskWithTail()
    var queue: [Job] = []
    var batches: [Int: [Job]] = [:]
    var batch = 0
    var isCommitting = false
    var workers: [Worker]
    var gate: AccountGate
    var crm: LyingCRM
    let telephone: Telephone
    var faultsUntil: Int64
    let faultPercent: Int
    let mayJump: Bool
    var check = Checker()
    /// Prints every step: to look into a seed.
    public var isTraced = false

    static let start = Instant(unixSeconds: 1_790_000_000)
    static let lease: Int64 = 60_000
    static let timeout: Int64 = 20_000
    var now: Instant { Self.start + .milliseconds(time + offset) }
    var hasFaults: Bool { time < faultsUntil }

    public init(_ stage: Stage, seed: UInt64, mutation: Mutation? = nil) {
        self.stage = stage
        self.mutation = mutation
        dice = Dice(seed: seed)
        kind = LeaveUnknown.allCases[dice.below(3)]
        recipe = stage.recipe(kind)
        mayJump = dice.percent(25)
        workers = Array(repeating: Worker(), count: mayJump ? 1 : 1 + dice.below(3))
        gate = AccountGate(recipe.pace)
        crm = LyingCRM(isIdempotent: kind == .repeat)
        faultPercent = dice.below(35)
        faultsUntil = dice.between(330_000, 900_000)
        telephone = Telephone(&dice, start: Self.start)
        planFaults()
        for index in telephone.deliveries.indices { agenda.plan(.post(index), at: telephone.deliveries[index].at) }
        for worker in workers.indices { agenda.plan(.wake(worker: worker, life: 0), at: 0) }
    }

    private mutating func planFaults() {
        for _ in 0..<dice.below(5) { agenda.plan(dice.percent(50) ? .kill : .losePower, at: dice.between(1_000, faultsUntil)) }
        if mayJump {
            let jumps: [Int64] = [-Telephone.day, 3_600_000, -600_000, Telephone.day, 2 * 365 * Telephone.day]
            for _ in 0...dice.below(2) { agenda.plan(.jump(jumps[dice.below(jumps.count)]), at: dice.between(60_000, faultsUntil)) }
        } else if workers.count > 1 {
            for _ in 0..<dice.below(8) {
                let worker = dice.below(workers.count)
                agenda.plan(dice.percent(60) ? .stop(worker: worker) : .die(worker: worker), at: dice.between(30_000, faultsUntil))
            }
        }
    }

    /// Lives through everything that is planned, then looks at what came of it.
    public mutating func run() -> Report {
        var steps = 0
        while let (at, step) = agenda.next() {
            time = max(time, at)
            steps += 1
            guard steps < 60_000 else {
                check.fail("R34", "no end after \(steps) steps")
                break
            }
            if isTraced { print(time, offset, String(describing: step).prefix(140)) }
            take(step)
        }
        check.end(self)
        return Report(violations: check.violations, hash: check.hash, steps: steps, acked: check.acked.count, created: crm.created.count)
    }

    private mutating func take(_ step: Step) {
        switch step {
        case .post(let index): post(index)
        case .commit: commit()
        case .sync(let number): sync(number)
        case .wake(let worker, let life): wake(worker, life)
        case .send(let worker, let life): send(worker, life)
        case .act(let request, let worker, let life, let fate): act(request, worker, life, fate)
        case .heard(let worker, let life, let ending): heard(worker, life, ending)
        case .sweep: enqueue(.recover(all: false))
        case .due(let call): due(call)
        case .kill: restart(losingPower: false)
        case .losePower: restart(losingPower: true)
        case .stop(let worker): workers[worker].stoppedUntil = time + dice.between(5_000, 200_000)
        case .die(let worker): die(worker)
        case .jump(let distance): jump(distance)
        }
    }

    /// What a history came to.
    public struct Report: Sendable {
        public var violations: [Violation]
        /// Of every step; the same seed gives the same.
        public var hash: UInt64
        public var steps: Int
        public var acked: Int
        public var created: Int
    }
}
