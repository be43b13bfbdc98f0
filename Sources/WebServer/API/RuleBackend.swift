// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import RuleFiles
public import WireFormats

/// What is to become of a version of rules, and who wants it.
public struct RuleChange: Sendable {
    public enum Act: String, Sendable, CaseIterable { case publish, shadow, retire, rollback }

    public var act: Act
    /// The whole folder; `nil`: `version` says what is meant.
    public var files: [RuleSource]?
    public var version: Int?
    /// Why, in a person's words.
    public var note: String
    public var actor: String

    public init(_ act: Act, files: [RuleSource]? = nil, version: Int? = nil, note: String = "", actor: String) {
        self.act = act
        self.files = files
        self.version = version
        self.note = note
        self.actor = actor
    }
}

/// The rule sets behind the API: their versions, what shadows say, how often rules hit. The shapes are those of docs/rules-cli.md.
public protocol RuleBackend: Sendable {
    /// The sets in force, with their live version, their shadow and why files are not live.
    func ruleSets() async throws(Problem) -> JSON
    func ruleVersions(of set: String) async throws(Problem) -> JSON
    /// With its files.
    func ruleVersion(_ number: Int, of set: String) async throws(Problem) -> JSON
    func ruleShadow(of set: String) async throws(Problem) -> JSON
    /// - Parameters:
    ///   - from: `nil`: 90 days before `to`.
    ///   - to: `nil`: now.
    func ruleHits(of set: String, from: Instant?, to: Instant?) async throws(Problem) -> JSON
    /// A draft over the stored decisions of a period; files or a version on record.
    func replay(_ files: [RuleSource]?, version: Int?, of set: String, from: Instant?, to: Instant?) async throws(Problem) -> JSON
    /// Findings on a draft, compared with the live version and over the calls of the last 90 days.
    func lint(_ files: [RuleSource], of set: String) async throws(Problem) -> JSON
    /// - Returns: the version as it is afterwards.
    func change(_ change: RuleChange, of set: String) async throws(Problem) -> JSON
}
