// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a piece of text, before it is known where the text stands.
public struct Mistake: Error, Hashable, Sendable {
    /// E01 unless said: unknown, of the wrong type, or unreadable (RULES.md 4.10).
    public var code: String
    public var message: String
    /// The text that would be right in place of the whole text, or an instruction.
    public var fix: String?
    /// Where in the text it begins, in Unicode scalars.
    public var offset: Int

    public init(_ message: String, fix: String? = nil, offset: Int = 0, code: String = "E01") {
        self.message = message
        self.fix = fix
        self.offset = offset
        self.code = code
    }

    func moved(by scalars: Int) -> Mistake {
        var moved = self
        moved.offset += scalars
        return moved
    }
}
