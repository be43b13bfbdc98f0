// SPDX-License-Identifier: Apache-2.0
public import Essentials

/// A command that steers a call: owed to a PBX from the transaction that decided it, and only until its deadline.
public struct CommandRecord: Sendable, Equatable {
    public typealias ID = RowID<CommandRecord>

    /// `waiting` → `sending` → one of the last four; `waiting` → `dropped`. Nothing leads back: a command is sent once.
    public enum State: String, Sendable, CaseIterable, Codable {
        case waiting, sending
        /// The PBX took it (2xx).
        case sent
        /// The PBX answered with an error.
        case refused
        /// It did not reach the PBX.
        case failed
        /// It may have reached the PBX; it is not repeated.
        case unknown
        /// Its time was over, or the one before it was not taken: never sent.
        case dropped

        public var isOpen: Bool { self == .waiting || self == .sending }
    }

    public var id: ID = .new
    public var source: String
    /// Ours, by which the PBX reports the result. One row for each.
    public var commandID: String
    public var call: CallRecord.ID?
    /// The whole request, in its sender's own form; sealed while it is stored. `nil` once it is over.
    public var request: [UInt8]?
    public var state = State.waiting
    /// It is not sent at or after this instant.
    public var deadline: Instant
    /// The status of the PBX's answer.
    public var status: Int?
    public var problem: String?
    /// What the PBX reported later about the command.
    public var result: String?
    public var createdAt: Instant
    public var updatedAt: Instant

    public init(source: String, commandID: String, call: CallRecord.ID?, request: [UInt8], deadline: Instant, createdAt: Instant) {
        self.source = source
        self.commandID = commandID
        self.call = call
        self.request = request
        self.deadline = deadline
        self.createdAt = createdAt
        updatedAt = createdAt
    }
}
