// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// What the caller directory knows of a number, from one source (a list, our own outcomes, a CRM's poll).
public struct DirectoryEntry: Sendable, Equatable {
    public var number: PhoneNumber
    /// Where it is from: "list clients.csv", "outcomes", "account amo". A source's newer entry replaces its older one.
    public var source: String
    /// The rule word of `caller is`: client, supplier, job seeker …
    public var who: String?
    public var name: String?
    public var company: String?
    public var manager: String?
    public var asOf: Instant

    public init(
        number: PhoneNumber, source: String, who: String? = nil, name: String? = nil, company: String? = nil,
        manager: String? = nil, asOf: Instant
    ) {
        self.number = number
        self.source = source
        self.who = who
        self.name = name
        self.company = company
        self.manager = manager
        self.asOf = asOf
    }
}
