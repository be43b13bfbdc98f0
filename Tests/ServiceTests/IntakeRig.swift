// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import Foundation
import Intake
import Logging
import PBX
import SQLEngine
import SQLiteDriver
import Screening
import Store
import Synchronization
import Testing
import WireFormats

/// Intake over a real SQLite file, the real dialect `callsieve` and real rules, at a time that stands still.
final class IntakeRig: Sendable {
    static let start = Instant(unixSeconds: 1_795_435_200)
    static let secret = Secret("whsec_Y2FsbHNpZXZlLXRlc3Qtc2VjcmV0LTAwMDEtbm90LWZvci11c2U=")

    let folder: String
    let database: SQLiteDatabase
    let stall: StallableDatabase
    let store: Store
    let ring: InHandRing
    let time: ManualTime
    let intake: HookIntake
    let desk: BriefingDesk
    let due: DueWork
    let outcomes: OutcomeIntake
    let feed = LiveFeed()
    let commands = Commands()
    private let counter = Mutex(0)

    init(
        folder: String? = nil, at start: Instant = IntakeRig.start, dialect: String? = nil, _ change: (inout IntakeSettings) -> Void = { _ in }
    ) async throws {
        self.folder = folder ?? NSTemporaryDirectory() + "callsieve-intake-" + UUID().uuidString
        time = ManualTime(start)
        database = try SQLiteDatabase(folder: self.folder)
        stall = StallableDatabase(database)
        let key = try #require(MasterKey(bytes: Array(1...32)))
        let random = SeededRandom(seed: UInt64(start.unixMilliseconds))
        store = try await Store.open(stall, key: key, time: time, random: random, schemas: Store.schemas)
        ring = try InHandRing(folder: self.folder)
        var settings = try IntakeRig.settings(dialect: dialect)
        change(&settings)
        let shelf = OneRuleSet(try RuleSet.load(files: IntakeRig.rules, name: "agency"))
        intake = HookIntake(
            settings: settings, shelf: shelf, store: store, ring: ring, time: time, random: random, feed: feed,
            logger: Logger(label: "test") { _ in
                SwiftLogNoOpLogHandler()
            }, send: { [commands] in commands.add($0) })
        desk = BriefingDesk(intake)
        due = DueWork(intake)
        let bookKey = try #require(StandardWebhookKey(IntakeRig.secret))
        outcomes = OutcomeIntake(intake, accounts: ["book": OutcomeIntake.Account(keys: [bookKey])])
    }

    /// Runs `body` over a rig of its own, and removes its folder.
    static func run(_ body: (IntakeRig) async throws -> Void) async throws { try await run(changing: { _ in }, body) }

    static func run(changing change: (inout IntakeSettings) -> Void, _ body: (IntakeRig) async throws -> Void) async throws {
        let rig = try await IntakeRig(change)
        do { try await body(rig) } catch {
            await rig.close()
            throw error
        }
        await rig.close()
    }

    /// A process that starts on what another one, which is still in the middle of something, has on its disk.
    static func afterCrash(of rig: IntakeRig, dialect: String? = nil) async throws -> IntakeRig {
        let copy = rig.folder + "-copy-" + UUID().uuidString
        try FileManager.default.copyItem(atPath: rig.folder, toPath: copy)
        return try await IntakeRig(folder: copy, at: rig.time.now(), dialect: dialect)
    }

    /// Runs `body` and stops; the folder stays, for a process that starts on it.
    static func leave(_ body: (IntakeRig) async throws -> Void) async throws -> String {
        let rig = try await IntakeRig()
        try await body(rig)
        await rig.database.close()
        return rig.folder
    }

    func close() async {
        stall.open()
        await database.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func settings(dialect text: String? = nil) throws -> IntakeSettings {
        var settings = IntakeSettings()
        // A minute, so that no test but those of the deadline hangs on how fast the machine is.
        let patient = try #require(Dialect.shipped["callsieve"]).replacing("within: 1 s", with: "within: 60 s")
        let dialect = try Dialect.load(text ?? patient, file: "callsieve.yaml")
        let profile = SourceProfile(
            name: "demo", dialect: dialect, secrets: ["signing": [secret]], zone: "Europe/Moscow",
            targets: ["account manager": "201", "owner": "by directory"])
        settings.sources = ["demo": IntakeSettings.Source(profile: profile, facts: ["campaign": "utm_campaign"])]
        settings.lines = Lines([
            Line(number: "+74950000101", name: "main", channel: "site", group: "front desk"), Line(number: "+74950000104", name: "tender"),
            Line(number: "+7812*", name: "ads", watch: true),
        ])
        settings.agents = ["12": "Anna Petrova"]
        settings.accounts = ["book": IntakeSettings.Account(name: "book", recipe: "salesbook", recipeHash: "00")]
        settings.defaultAccount = "book"
        settings.zone = "Europe/Moscow"
        return settings
    }
}

/// The commands that were to be sent.
final class Commands: Sendable {
    private struct State {
        var given: [[OwedCommand]] = []
        var waiting: CheckedContinuation<[OwedCommand], Never>?
    }
    private let state = Mutex(State())
    var all: [[OwedCommand]] { state.withLock { $0.given } }

    func add(_ commands: [OwedCommand]) {
        let waiting = state.withLock { state in
            state.given.append(commands)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: commands)
    }

    /// The first that were given; waits for them, since a PBX has its answer before.
    func first() async -> [OwedCommand] {
        await withCheckedContinuation { continuation in
            let first = state.withLock { state in
                if state.given.isEmpty { state.waiting = continuation }
                return state.given.first
            }
            if let first { continuation.resume(returning: first) }
        }
    }
}

struct OneRuleSet: RuleShelf {
    let set: RuleSet
    init(_ set: RuleSet) { self.set = set }
    func ruleSet(named name: String?) -> RuleSet { set }
}

/// A database whose writes can be held up or made to fail, as a disk would.
final class StallableDatabase: SQLDatabase {
    private struct State {
        var isClosed = false
        var failure: SQLFailure?
        var busy: Duration = .zero
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let database: SQLiteDatabase
    private let state = Mutex(State())

    init(_ database: SQLiteDatabase) { self.database = database }

    func stall() { state.withLock { $0.isClosed = true } }

    func fail(_ failure: SQLFailure?) { state.withLock { $0.failure = failure } }

    var hasWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// As if the writer had been at work for that much longer.
    func work(for time: Duration) { state.withLock { $0.busy += time } }

    func open() {
        let waiting = state.withLock { state in
            state.isClosed = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func write<T: Sendable>(
        _ priority: WritePriority, deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.isClosed { state.waiting.append(continuation) }
                return !state.isClosed
            }
            if isOpen { continuation.resume() }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        return try await database.write(priority, deadline: deadline, body)
    }

    func read<T: Sendable>(deadline: Deadline, _ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await database.read(deadline: deadline, body)
    }

    var health: SQLHealth {
        var health = database.health
        health.busy += state.withLock { $0.busy }
        return health
    }

    func backup(to path: String) async throws { try await database.backup(to: path) }
    func emptyLog() async throws { try await database.emptyLog() }
}

extension IntakeRig {
    /// A rightly signed webhook with this body, sent now.
    func request(_ body: String, id: String? = nil, at: Instant? = nil, secret: Secret = IntakeRig.secret) throws -> HookRequest {
        let now = at ?? time.now()
        let id =
            id
            ?? counter.withLock { number in
                number += 1
                return "msg_\(number)"
            }
        let key = try #require(StandardWebhookKey(secret))
        let bytes = Array(body.utf8)
        let timestamp = String(now.unixSeconds)
        return HookRequest(
            method: "POST", target: "/hooks/demo",
            headers: [
                HookHeader("Content-Type", "application/json"), HookHeader("webhook-id", id), HookHeader("webhook-timestamp", timestamp),
                HookHeader("webhook-signature", key.signature(id: id, timestamp: timestamp, body: bytes)),
            ], body: bytes, arrivedAt: time.now())
    }

    @discardableResult
    func post(_ body: String) async throws -> HookReply { await intake.receive(source: "demo", token: nil, try request(body)) }

    /// An event of the contract: `{"call": …, "event": …, "at": now + second, …}`.
    @discardableResult
    func tell(_ event: String, call: String = "c-1", second: Int64 = 0, _ fields: String = "") async throws -> HookReply {
        let at = (time.now() + .seconds(second)).unixSeconds
        let from = fields.contains("\"from\"") ? "" : ",\"from\":\"+74951112233\""
        let line = fields.contains("\"to\"") ? "" : ",\"to\":\"+74950000101\""
        return try await post("{\"call\":\"\(call)\",\"event\":\"\(event)\",\"at\":\(at)\(from)\(line)\(fields.isEmpty ? "" : "," + fields)}")
    }

    /// A whole call that was answered and talked on.
    func answeredCall(_ call: String = "c-1", _ fields: String = "") async throws {
        try await tell("decide", call: call, fields)
        try await tell("ringing", call: call, second: 1, fields)
        try await tell("answered", call: call, second: 5, "\"agent\":\"12\"" + (fields.isEmpty ? "" : "," + fields))
        try await tell("ended", call: call, second: 65, "\"talk_s\":60" + (fields.isEmpty ? "" : "," + fields))
    }

    func calls() async throws -> [CallRecord] { try await store.read { try $0.calls().items }.reversed() }
    func leads() async throws -> [LeadRecord] { try await store.read { try $0.leads().items }.reversed() }
    func lead() async throws -> LeadRecord { try #require(try await leads().last) }
    func orders(of lead: LeadRecord) async throws -> [OrderRecord] { try await store.read { try $0.orders(of: lead.id) } }
    func audit(_ action: String) async throws -> [AuditRecord] {
        try await store.read { try $0.auditRecords().filter { $0.action == action } }
    }
}
