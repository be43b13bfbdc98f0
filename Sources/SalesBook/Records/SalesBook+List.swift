// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import SQLEngine

/// Which cards a list shows. Everything left out matches.
public struct CardFilter: Hashable, Sendable {
    /// Any of these; empty for all.
    public var statuses: [LeadStatus] = []
    public var manager: String?
    public var group: String?
    /// A part of number, name, company, title, e-mail or key, in any case.
    public var text: String?

    public init() {}
}

/// A page of cards, newest first, and the cursor of the next one.
public struct CardList: Sendable {
    public static let limitMax = 200
    public let cards: [Card]
    public let next: Card.ID?
}

/// What the list page says above the list.
struct CardSummary: Sendable {
    struct Line: Sendable {
        let status: LeadStatus
        let count: Int64
    }
    let lines: [Line]
    let managers: [String]
    let groups: [String]
}

extension SalesBook {
    /// - Parameters:
    ///   - cursor: the last card of the page before.
    ///   - limit: 1 to `CardList.limitMax`; clamped.
    public func list(_ filter: CardFilter, after cursor: Card.ID? = nil, limit: Int = 50) async throws -> CardList {
        let limit = min(max(limit, 1), CardList.limitMax)
        return try await read { records in
            let rows = try records.cards(filter, after: cursor, limit: limit + 1)
            return CardList(cards: Array(rows.prefix(limit)), next: rows.count > limit ? rows[limit - 1].id : nil)
        }
    }

    func summary() async throws -> CardSummary {
        try await read { records in
            let connection = records.connection
            let counts = try connection.query("SELECT status, count(*) FROM cards GROUP BY status") { ($0.text(0), $0.integer(1)) }
            return CardSummary(
                lines: LeadStatus.allCases.compactMap { status in
                    counts.first { $0.0 == status.rawValue }.map { CardSummary.Line(status: status, count: $0.1) }
                },
                managers: try connection.query(
                    "SELECT DISTINCT manager FROM cards WHERE manager IS NOT NULL ORDER BY manager LIMIT 200"
                ) { $0.text(0) },
                groups: try connection.query(
                    "SELECT DISTINCT group_name FROM cards WHERE group_name IS NOT NULL ORDER BY group_name LIMIT 200"
                ) { $0.text(0) })
        }
    }
}

extension BookRecords {
    func cards(_ filter: CardFilter, after cursor: Card.ID?, limit: Int) throws -> [Card] {
        let statuses = filter.statuses.isEmpty ? nil : ",\(filter.statuses.map(\.rawValue).joined(separator: ",")),"
        return try connection.query(
            """
            SELECT * FROM cards
            WHERE id < $1 AND ($2 LIKE '%,' || status || ',%' OR $2 IS NULL) AND (manager = $3 OR $3 IS NULL)
                AND (group_name = $4 OR $4 IS NULL) AND (search LIKE $5 ESCAPE '!' OR $5 IS NULL)
            ORDER BY id DESC LIMIT $6
            """,
            [
                .integer(cursor?.row ?? .max), SQLValue(statuses), SQLValue(filter.manager), SQLValue(filter.group),
                SQLValue(filter.text.map { "%\(escaped($0.lowercased()))%" }), .integer(Int64(limit)),
            ], Card.init(row:))
    }

    /// The text as a LIKE pattern that means itself (SECURITY.md 22).
    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { pattern, character in
            if "!%_".contains(character) { pattern.append("!") }
            pattern.append(character)
        }
    }
}
