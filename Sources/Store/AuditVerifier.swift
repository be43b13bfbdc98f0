// SPDX-License-Identifier: Apache-2.0
internal import Essentials

/// Where the audit log stood at some time: kept outside, it shows a cut tail or a log written anew.
public struct AuditHead: Sendable, Hashable {
    public var sequence: Int64
    public var hash: [UInt8]

    public init(sequence: Int64, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }
}

/// The first record of the log that can't be as it was written.
public struct AuditFault: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Its bytes do not give its hash.
        case edited = "was changed after it was written"
        /// The record with this sequence is not there.
        case missing = "is missing"
        /// It does not follow the record before it: one of them was inserted, or changed and hashed anew.
        case unchained = "does not follow the record before it"
        /// The log ends before, or differs from, a head that was kept outside.
        case notAsKept = "is not the one that the head kept outside names: the tail was cut, or the log was written anew"
    }

    public var sequence: Int64
    public var kind: Kind
    public var description: String { "audit record \(sequence) \(kind.rawValue)" }
}

/// What a verification found.
public struct AuditVerification: Sendable, Hashable {
    public var records: Int64
    /// The last good record; `nil` for an empty log.
    public var head: AuditHead?
    public var fault: AuditFault?
}

/// Reads the audit log from its beginning and names the first bad record (R31).
public struct AuditVerifier: Sendable {
    private let store: Store
    public init(_ store: Store) { self.store = store }

    /// Verifies all records that are there when it begins, in pages, so that it holds no snapshot for long.
    ///
    /// - Parameter kept: a head from an earlier time; the log must contain it.
    public func verify(against kept: AuditHead? = nil) async throws -> AuditVerification {
        var chain = AuditChain(kept: kept)
        while chain.fault == nil {
            let after = chain.head?.sequence ?? 0
            let page = try await store.read(deadline: .after(.seconds(30))) { try $0.auditRecords(after: after, limit: 2000) }
            for record in page where chain.fault == nil { chain.add(record) }
            if page.count < 2000 { break }
        }
        chain.end()
        return AuditVerification(records: chain.head?.sequence ?? 0, head: chain.head, fault: chain.fault)
    }
}

/// The check itself, pure: records in, first fault out.
struct AuditChain {
    private let kept: AuditHead?
    private(set) var head: AuditHead?
    private(set) var fault: AuditFault?

    init(kept: AuditHead? = nil) { self.kept = kept }

    mutating func add(_ record: AuditRecord) {
        let expected = (head?.sequence ?? 0) + 1
        if record.sequence != expected {
            fault = AuditFault(sequence: expected, kind: .missing)
        } else if record.computedHash() != record.hash {
            fault = AuditFault(sequence: expected, kind: .edited)
        } else if record.previous != head?.hash ?? AuditRecord.noPrevious {
            fault = AuditFault(sequence: expected, kind: .unchained)
        } else if let kept, kept.sequence == record.sequence, kept.hash != record.hash {
            fault = AuditFault(sequence: expected, kind: .notAsKept)
        } else {
            head = AuditHead(sequence: record.sequence, hash: record.hash)
        }
    }

    mutating func end() {
        guard fault == nil, let kept, kept.sequence > head?.sequence ?? 0 else { return }
        fault = AuditFault(sequence: (head?.sequence ?? 0) + 1, kind: .notAsKept)
    }
}
