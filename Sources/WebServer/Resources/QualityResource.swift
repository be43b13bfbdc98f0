// SPDX-License-Identifier: Apache-2.0
public import WireFormats

/// Quality of leads by line, rule or reason: `Quality` of docs/api.md.
public struct QualityResource: Hashable, Sendable {
    public struct Row: Hashable, Sendable {
        /// The line, rule or reason; `nil` where there is none.
        public var key: String?
        public var calls = 0
        public var leads = 0
        public var qualified = 0
        public var returned = 0
        public var won = 0
        public var lost = 0
        public var notQualified = 0
        public var notALead = 0
        /// Mean time from the first call to the first talk with a person.
        public var firstContact: Duration?
        public init(key: String?) { self.key = key }

        /// Returned of qualified, in thousandths; `nil` without qualified leads.
        var returnedShare: Int? { qualified == 0 ? nil : (returned * 1000 + qualified / 2) / qualified }
    }

    public var by: String
    public var rows: [Row]
    public init(by: String, rows: [Row]) {
        self.by = by
        self.rows = rows
    }

    public var json: JSON { ["by": .string(by), "items": .array(rows.map(\.json))] }
}

extension QualityResource.Row {
    var json: JSON {
        [
            "key": JSON(key), "calls": JSON(calls), "leads": JSON(leads), "qualified": JSON(qualified), "returned": JSON(returned),
            "returned_share": returnedShare.map { .number(thousandths($0)) } ?? .null, "won": JSON(won),
            "lost": JSON(lost), "not_qualified": JSON(notQualified), "not_a_lead": JSON(notALead), "first_contact_s": seconds(firstContact),
        ]
    }
}

/// 250 → `0.250`.
private func thousandths(_ value: Int) -> String {
    let rest = String(value % 1000)
    return "\(value / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
}
