// SPDX-License-Identifier: Apache-2.0
internal import SQLEngine

/// Tables whose next row id is kept in memory, so that a row can name another before either is written.
enum ReservedTable: Int {
    case calls, leads, decisions

    fileprivate var newest: StaticString {
        switch self {
        case .calls: "SELECT max(id) FROM calls"
        case .leads: "SELECT max(id) FROM leads"
        case .decisions: "SELECT max(id) FROM decisions"
        }
    }
}

extension Transaction {
    /// A row id that no row of the table has and no other body gets. One that stays unused leaves a gap, which means nothing.
    func reserve(_ table: ReservedTable) throws -> Int64 {
        let id = try sql.notes.nextRows[table.rawValue] ?? (sql.number(table.newest) ?? 0) + 1
        sql.notes.nextRows[table.rawValue] = id + 1
        return id
    }
}
