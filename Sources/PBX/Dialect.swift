// SPDX-License-Identifier: Apache-2.0

import Crypto
public import StrictYAML
import WireFormats

/// How one kind of PBX speaks: a YAML file, checked and compiled when it is loaded (docs/dialects.md).
///
/// A value of our own once loaded: every method is pure, may be called concurrently, and parses no text of the file.
public final class Dialect: Sendable {
    /// The word after `dialect:`.
    public let name: String
    /// For people.
    public let title: String
    /// Hex SHA-256 of the file.
    public let hash: String
    public let capabilities: Capabilities
    /// Secrets that a source may give: at least one scheme needs its own. `token`, the secret path part, is possible always.
    public let secretNames: [String]
    /// What to do when the answer can't be made in time.
    public let failsOpenWith: FailOpen
    /// By when the PBX must have its answer, from the arrival of its request.
    public let answerDeadline: Duration

    let compiled: CompiledDialect

    private init(_ compiled: CompiledDialect, text: String) {
        self.compiled = compiled
        name = compiled.name
        title = compiled.title
        hash = Hex.encode(SHA256.hash(data: Array(text.utf8)))
        capabilities = Capabilities(compiled)
        var names: [String] = []
        for name in compiled.schemes.flatMap(\.scheme.secretNames) + compiled.commandSecrets where !names.contains(name) { names.append(name) }
        secretNames = names
        failsOpenWith = compiled.failsOpenWith
        answerDeadline = compiled.answerDeadline
    }

    /// Reads and checks a dialect.
    /// - Parameter file: the name to put into problems.
    /// - Throws: everything that is wrong with the file, each with its line and the fix.
    public static func load(_ text: String, file: String) throws(SourceProblems) -> Dialect {
        Dialect(try DialectCompiler.compile(text, file: file), text: text)
    }

    /// The answer that says nothing about a call.
    public func reply(_ what: StandardReply) -> HookReply { compiled.replies[what] ?? HookReply(status: 503) }
}
