// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import Foundation
public import SalesBook
public import Store
public import WireFormats

/// What an administrator and an auditor may do with the store; the same for a running service and a stopped one.
public struct AdminActs: Sendable {
    /// Why an act was refused, for the person who asked.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    private let store: Store
    private let book: SalesBook
    /// After an erasure: whatever of the erased person is still held in memory is to be dropped.
    private let erasers: [Eraser]
    /// After an erasure: freed slots of the in-hand ring still hold the bytes of old requests.
    private let scrub: @Sendable () throws -> Void

    /// Audit records shown at the most.
    static let recordsMax = 1000

    public init(store: Store, book: SalesBook, erasers: [Eraser] = [], scrub: @escaping @Sendable () throws -> Void = {}) {
        self.store = store
        self.book = book
        self.erasers = erasers
        self.scrub = scrub
    }

    /// Reads the whole audit chain.
    /// - Parameter checkpoint: `<sequence>:<hex hash>` noted at an earlier time; the log must contain it.
    /// - Returns: `records`, `head`, `fault` (`null` when the chain holds).
    public func verifyAudit(checkpoint: String? = nil) async throws -> JSON {
        var kept: AuditHead?
        if let checkpoint {
            guard let head = AuditHead(text: checkpoint) else {
                throw Refusal(description: "\"\(checkpoint)\" is no checkpoint: write <sequence>:<hash> as audit verify printed it")
            }
            kept = head
        }
        let result = try await AuditVerifier(store).verify(against: kept)
        return [
            "records": JSON(result.records), "head": JSON(result.head.map(\.text)), "fault": JSON(result.fault.map(\.description)),
            "fault_record": result.fault.map { JSON($0.sequence) } ?? .null,
        ]
    }

    /// The latest audit records, oldest first.
    public func audit(last count: Int) async throws -> JSON {
        let limit = max(1, min(count, Self.recordsMax))
        let records = try await store.read { try $0.latestAuditRecords(limit: limit) }
        let ordered = records.sorted { $0.sequence < $1.sequence }
        return ["items": .array(ordered.map(Self.json))]
    }

    private static func json(_ record: AuditRecord) -> JSON {
        let details = (AuditDetails.decode(record.details) ?? []).map { detail -> JSON.Member in
            switch detail.value {
            case .plain(let text): JSON.Member(detail.name, .string(text))
            default: JSON.Member(detail.name, "(personal: commitment only)")
            }
        }
        return [
            "sequence": JSON(record.sequence), "at": .string(record.at.iso8601), "actor": .string(record.actor), "action": .string(record.action),
            "object": .string(record.object), "outcome": .string(record.outcome), "reason": .string(record.reason), "details": .object(details),
            "hash": .string(hex(record.hash)),
        ]
    }

    /// Writes one consistent copy of the store to `path` and one of the sales book to `path` + `.book`; neither may exist. The
    /// service goes on meanwhile.
    public func backup(to path: String, by actor: String) async throws -> JSON {
        guard path.hasPrefix("/") else { throw Refusal(description: "the backup needs an absolute path") }
        let bookPath = path + ".book"
        for taken in [path, bookPath] where FileManager.default.fileExists(atPath: taken) {
            throw Refusal(description: "\(taken) is already there: choose another name")
        }
        try await store.backup(to: path, by: actor)
        try await book.backup(to: bookPath)
        let size = [path, bookPath].reduce(Int64(0)) { sum, file in
            sum + ((try? FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber)?.int64Value ?? 0)
        }
        return ["path": .string(path), "bytes": JSON(size)]
    }

    /// Erases a person: key destroyed, rows reduced to stubs, the act on record.
    public func forget(_ text: String, region: String, reason: String, by actor: String) async throws -> JSON {
        guard let number = PhoneNumbers().number(text, region: region) else {
            throw Refusal(description: "these \(text.count) characters are no telephone number: write it with + and the country code")
        }
        guard !reason.isEmpty else { throw Refusal(description: "an erasure needs a reason: who asked, and when") }
        let report = try await store.forget(number, by: actor, reason: reason, erasers: Store.erasers + erasers)
        let cards = try await book.forget(number: number.e164)
        try scrub()
        return [
            "known": .bool(report.wasKnown), "calls": JSON(report.calls), "leads": JSON(report.leads), "decisions": JSON(report.decisions),
            "answers": JSON(report.answers), "raw_bodies": JSON(report.rawBodies), "directory": JSON(report.directoryEntries),
            "cards": JSON(cards),
            "other": .object(report.others.sorted { $0.key < $1.key }.map { JSON.Member($0.key, JSON($0.value)) }),
        ]
    }
}

extension AuditHead {
    var text: String { "\(sequence):\(hex(hash))" }

    init?(text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let sequence = Int64(parts[0]), parts[1].count == 64 else { return nil }
        var bytes: [UInt8] = []
        var rest = parts[1]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        self.init(sequence: sequence, hash: bytes)
    }
}
