// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import Foundation
import HTTPTransfer
import Logging
import SQLEngine
import SQLiteDriver
import Store
import Synchronization
import Testing
import WireFormats

@testable import Delivery

/// A store on disk in a folder of its own, a clock that is moved by hand, and a CRM behind a closure.
final class DeliveryRig: Sendable {
    static let start = Instant(unixSeconds: 1_790_000_000)

    let path: String
    let database: SQLiteDatabase
    let store: Store
    let time = ManualTime(start)

    init() async throws {
        path = NSTemporaryDirectory() + "callsieve-delivery-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        database = try SQLiteDatabase(folder: path)
        store = try await Store.open(database, key: try #require(MasterKey(bytes: Array(1...32))), time: time, random: SeededRandom(seed: 1))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    // MARK: Parts

    /// An account of the simulated CRM's recipe.
    static func account(_ name: String = "crm", _ kind: SimulatedRecipe = .idempotent, pace: Pace? = nil) throws -> DeliveryAccount {
        let recipe = try Recipe.load(kind.text, file: kind.rawValue)
        return DeliveryAccount(name: name, recipe: recipe, fields: [:], policy: .publicOnly, pace: pace)
    }

    func engine(_ http: any HTTPClient, _ accounts: [DeliveryAccount], settings: DeliverySettings = DeliverySettings()) -> DeliveryEngine {
        DeliveryEngine(
            store: store, accounts: accounts, http: http, time: time, random: SeededRandom(seed: 3),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            settings: settings)
    }

    func service(_ http: any HTTPClient, _ accounts: [DeliveryAccount], settings: DeliverySettings = DeliverySettings()) -> DeliveryService {
        DeliveryService(
            store: store, accounts: accounts, http: http, time: time, random: SeededRandom(seed: 3),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
    }

    /// A lead, new in the store.
    func lead(_ number: UInt64) async throws -> LeadRecord {
        let ulid = ULID(at: DeliveryRig.start, random: SeededRandom(seed: number))
        return try await store.write { tx in
            var lead = LeadRecord(ulid: ulid, createdAt: DeliveryRig.start)
            try tx.save(&lead)
            return lead
        }
    }

    /// An order as the deciding transaction writes it.
    @discardableResult
    func enqueue(_ lead: LeadRecord, _ kind: OrderKind, _ account: DeliveryAccount, _ more: [(String, JSON)] = []) async throws -> OrderRecord {
        let members = [JSON.Member("lead.key", .string(lead.key))] + more.map { JSON.Member($0.0, $0.1) }
        return try await store.write { tx in
            try tx.enqueueOrder(
                lead: lead.id, account: account.name, kind: kind, payload: .object(members), recipe: (account.recipe.name, account.recipe.hash))
        }
    }

    func orders(_ state: OrderState? = nil) async throws -> [OrderRecord] {
        try await store.read { try $0.orders(in: state, limit: 500).items.reversed() }
    }

    func order(_ id: ULID) async throws -> OrderRecord { try #require(try await store.read { try $0.order(id) }) }
}

extension DeliveryEngine {
    /// Claims and carries at the present time until nothing is due; returns how many orders were claimed.
    @discardableResult
    func drain() async throws -> Int {
        var count = 0
        while true {
            let work = try await claim()
            guard !work.isEmpty else { return count }
            count += work.count
            await withDiscardingTaskGroup { group in for one in work { group.addTask { await self.carry(one) } } }
        }
    }
}

/// A CRM behind a closure, and what reached it.
final class ScriptedHTTP: HTTPClient {
    private let log = Mutex<[TransferRequest]>([])
    private let script: @Sendable (TransferRequest) async -> TransferResult

    init(_ script: @escaping @Sendable (TransferRequest) async -> TransferResult) { self.script = script }

    var requests: [TransferRequest] { log.withLock { $0 } }

    func send(_ request: TransferRequest, deadline: Deadline) async -> TransferResult {
        log.withLock { $0.append(request) }
        return await script(request)
    }

    func shutdown() async {}
}

extension TransferRequest {
    /// The last part of the path.
    var operation: String { String(url.split(separator: "/").last?.prefix { $0 != "?" } ?? "") }
    var json: JSON { (try? JSON.parse(body ?? [])) ?? .null }
    var key: String { json["key"]?.string ?? url.split(separator: "=").last.map(String.init) ?? "" }
}

extension TransferResult {
    static func answer(_ status: Int, _ body: String = "{}", headers: [TransferHeader] = []) -> TransferResult {
        .response(TransferResponse(status: status, headers: headers, body: Array(body.utf8)))
    }
    static let refused = TransferResult.failedBeforeSend(TransferFailure(.couldNotConnect, curlCode: 7))
    static let lost = TransferResult.unknown(TransferFailure(.connectionLost, curlCode: 56))
}
