// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import SQLEngine
internal import WireFormats

extension OrderRecord {
    /// Columns in the order of the table; see `Migration`. Steps are read apart.
    init(row: any SQLRow) throws {
        self.init(
            id: row.id(0), ulid: try row.ulid(1), lead: row.id(2), leadKey: row.text(3), account: row.text(4), kind: try row.word(5),
            revision: row.integer(6), payload: try JSON.parse(row.text(7)), recipeName: row.text(8), recipeHash: row.text(9),
            state: try row.word(10), attempts: row.integer(13), dueAt: row.instant(14), fence: row.integer(15),
            lastError: row.optionalText(17), createdAt: row.instant(18), updatedAt: row.instant(19), isBegun: row.bool(12),
            leaseUntil: row.optionalInstant(16), steps: [])
    }
}

extension StepRecord {
    /// Columns `ordinal` to `last_result`.
    init(row: any SQLRow) throws {
        self.init(
            ordinal: row.integer(1), name: row.text(2), state: try row.word(3), operation: row.optionalText(4), looks: row.integer(5),
            taken: try JSON.parse(row.text(6)), lastResult: row.optionalText(7))
    }
}

/// One try of one request, recorded before it is made and after it ended.
public struct AttemptRecord: Sendable, Hashable {
    public typealias ID = RowID<AttemptRecord>

    public var id: ID
    public var step: String
    public var operation: String
    public var fence: Int64
    public var begunAt: Instant
    /// `nil`: under way, or the process ended before it could say.
    public var endedAt: Instant?
    /// Class of the answer, or how the transfer failed.
    public var result: String?
    /// HTTP status, where there was an answer.
    public var status: Int64?
    /// The CRM's own words or the transfer's reason; without secrets.
    public var detail: String?

    init(row: any SQLRow) {
        id = row.id(0)
        step = row.text(2)
        operation = row.text(3)
        fence = row.integer(4)
        begunAt = row.instant(5)
        endedAt = row.optionalInstant(6)
        result = row.optionalText(7)
        status = row.optionalInteger(8)
        detail = row.optionalText(9)
    }
}
