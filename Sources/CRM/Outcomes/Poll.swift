// SPDX-License-Identifier: Apache-2.0
public import Essentials
import StrictYAML
public import WireFormats

/// A request that is made now and then to see what changed.
public struct Poll: Sendable {
    /// Where one poll ends and the next goes on.
    enum Cursor: Sendable {
        /// By a number or text that grows: everything behind the last one seen.
        case id(JSONPath)
        /// By the time of change: pages from `since` on, then from the newest time seen, less an overlap.
        case time(JSONPath, overlap: Duration)
        /// None: the records that we know are read one by one, or some at once.
        case known
    }
    public let name: String
    public let operation: String
    /// Of the records that it yields.
    public let kind: String
    public let every: Duration
    /// For a poll of known records: the name under which their ids are kept, and how many go into one request; `nil`: it finds changes itself.
    public let known: (name: String, atOnce: Int)?
    /// The rows tell which records changed, and not how they stand: each is read then.
    public let isHint: Bool
    let from: JSONPath
    let cursor: Cursor
    /// A page with so many rows may not be the last one.
    let fullAt: Int?
    /// Where the answer names its next page.
    let next: JSONPath?
}

/// Where a poll goes on. Kept by Delivery between polls and over restarts.
public struct PollCursor: Sendable, Hashable {
    /// Changes from here on.
    public var since: Instant?
    /// The newest change seen in the pages of this round.
    public var newest: Instant?
    /// The last id seen, or the token of the next page.
    public var after: String?
    /// From 1.
    public var page: Int
    /// Records asked for by id.
    public var ids: [String]

    public init(since: Instant? = nil, newest: Instant? = nil, after: String? = nil, page: Int = 1, ids: [String] = []) {
        self.since = since
        self.newest = newest
        self.after = after
        self.page = page
        self.ids = ids
    }

    /// As it was stored by `json`; a damaged one is an empty one.
    public init(_ json: JSON) {
        let instant = { (name: String) in json[name]?.integer.map(Instant.init(unixMilliseconds:)) }
        self.init(
            since: instant("since"), newest: instant("newest"), after: json["after"]?.string, page: json["page"]?.integer.map { Int($0) } ?? 1)
    }

    /// Without `ids`, which belong to one request.
    public var json: JSON {
        .object(present: [
            ("since", since.map { JSON($0.unixMilliseconds) }), ("newest", newest.map { JSON($0.unixMilliseconds) }),
            ("after", after.map(JSON.string)), ("page", JSON(page)),
        ])
    }

    func value(_ name: String) -> JSON? {
        switch name {
        case "since": since.map { .string(InstantText.iso($0)) }
        case "after": after.map(JSON.string)
        case "page": JSON(page)
        case "page0": JSON(page - 1)
        case "ids": ids.isEmpty ? nil : .array(ids.map(JSON.string))
        case "id": ids.first.map(JSON.string)
        default: name.dropping("offset").flatMap { Int($0) }.map { JSON((page - 1) * $0) }
        }
    }

    static let names = ["poll.since", "poll.after", "poll.page", "poll.page0", "poll.ids", "poll.id", "poll.offset100", "poll.offset200"]
}

/// What a poll brought.
public struct PollReading: Sendable {
    /// `ok`, or why nothing could be read: throttled, auth_expired and so on, to be treated as any other answer.
    public var answer: CRMAnswer
    /// In the order of the answer.
    public var records: [OutcomeRecord]
    /// To be stored in one transaction with what the records changed.
    public var next: PollCursor
    /// Another page waits: to be asked for at once.
    public var hasMore: Bool
}

extension Poll {
    /// `{do: status.poll, kind: lead, from: items, cursor: {time: updated_at, overlap: 5 min}, full at: 100, next: path, every: 60 s}`.
    init(_ name: String, _ node: YAMLNode, _ places: inout RecipePlaces) throws(SourceProblem) {
        self.name = name
        var fields = try node.fields()
        let does = try fields.require("do")
        operation = try does.text()
        places.references.append((operation, "the poll \(name)", does))
        kind = try fields.text("kind") ?? "lead"
        from = try fields.take("from").map { (node) throws(SourceProblem) in try JSONPath(node) } ?? JSONPath.whole
        every = try fields.take("every")?.duration() ?? .seconds(60)
        isHint = try fields.take("hint")?.yesNo() ?? false
        fullAt = try fields.take("full at")?.integer(in: 1...10_000)
        next = try fields.take("next").map { (node) throws(SourceProblem) in try JSONPath(node) }
        (cursor, known) = try Poll.cursor(try fields.require("cursor"))
        try fields.finish()
    }

    private static func cursor(_ node: YAMLNode) throws(SourceProblem) -> (Cursor, (name: String, atOnce: Int)?) {
        var fields = try node.fields()
        defer { _ = fields.rest() }
        let found: (Cursor, (name: String, atOnce: Int)?)
        if let path = fields.take("id") {
            found = (.id(try JSONPath(path)), nil)
        } else if let path = fields.take("time") {
            found = (.time(try JSONPath(path), overlap: try fields.take("overlap")?.duration() ?? .zero), nil)
        } else if let known = fields.take("known") {
            found = (.known, (try known.text(), try fields.take("at once")?.integer(in: 1...1000) ?? 1))
        } else {
            throw node.problem("the cursor names nothing that grows", fix: "write cursor: {id: path}, {time: path} or {known: lead_id}")
        }
        try fields.finish()
        return found
    }
}
