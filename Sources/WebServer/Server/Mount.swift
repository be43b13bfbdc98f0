// SPDX-License-Identifier: Apache-2.0
public import Hummingbird

/// Another part's own routes under a path of this listener (the sales book under `/book`).
public struct Mount: Sendable {
    /// Without a slash at its end.
    public var prefix: String
    /// Paths below that do their own authentication (`/book/api`); all others are pages and need a session or the token.
    public var selfGuarded: [String]
    public var respond: @Sendable (Request, WebContext) async throws -> Response

    public init(
        prefix: String, selfGuarded: [String] = [], respond: @escaping @Sendable (Request, WebContext) async throws -> Response
    ) {
        self.prefix = prefix
        self.selfGuarded = selfGuarded
        self.respond = respond
    }

    func covers(_ path: String) -> Bool { Self.isBelow(path, prefix) }
    func guardsItself(_ path: String) -> Bool { selfGuarded.contains { Self.isBelow(path, $0) } }

    private static func isBelow(_ path: String, _ prefix: String) -> Bool {
        path.utf8.starts(with: prefix.utf8)
            && (path.utf8.count == prefix.utf8.count || path.utf8.dropFirst(prefix.utf8.count).first == UInt8(ascii: "/"))
    }
}
