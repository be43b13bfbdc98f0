// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Essentials

/// A configured PBX: its dialect, its secrets, and how its numbers and times are to be read.
public struct SourceProfile: Sendable {
    /// As in the hook's path.
    public let name: String
    public let dialect: Dialect
    /// By the dialect's secret names (`Dialect.secretNames`). Several under one name are all valid, for rotation.
    /// `token` is the secret part of the path, for any dialect.
    public let secrets: [String: [Secret]]
    /// `https://host` as the PBX sees us, without a slash at the end; needed where the public URL is signed.
    public let publicBase: String?
    /// ISO 3166 code of the country in whose national form numbers come.
    public let region: String
    /// Another country for the callers of single lines, by the line's E.164.
    public let lineRegions: [String: String]
    /// IANA name; for times that come without a zone.
    public let zone: String
    /// Target word of the rules → address at this PBX. A word that is not here is sent as it is.
    public let targets: [String: String]
    /// How far a signed time may be from now, both ways.
    public let tolerance: Duration
    /// What to do instead of a verb that this PBX can't carry out; before the dialect's own.
    public let substitutes: [Action: Action]
    /// Sentences said to callers, by the names the dialect uses (`{text.NAME}`).
    public let texts: [String: String]
    /// Where commands go instead of the vendor's own address.
    public let commandBase: String?
    /// Makes a link of a recording's id, where the PBX gives no link: `{recording}` stands for the id.
    public let recordingLink: String?

    let keys: [String: [SigningKey]]
    /// Those of the dialect's schemes whose secrets are all here, in the order of the file.
    let usableSchemes: [any SignatureScheme]
    let localZone: LocalZone?

    public init(
        name: String, dialect: Dialect, secrets: [String: [Secret]] = [:], publicBase: String? = nil, region: String = "RU",
        lineRegions: [String: String] = [:], zone: String = "UTC", targets: [String: String] = [:],
        tolerance: Duration = .seconds(300), substitutes: [Action: Action] = [:], texts: [String: String] = [:],
        commandBase: String? = nil, recordingLink: String? = nil
    ) {
        self.name = name
        self.dialect = dialect
        self.secrets = secrets
        self.publicBase = publicBase
        self.region = region
        self.lineRegions = lineRegions
        self.zone = zone
        self.targets = targets
        self.tolerance = tolerance
        self.substitutes = substitutes
        self.texts = texts
        self.commandBase = commandBase
        self.recordingLink = recordingLink
        let keys = secrets.mapValues { $0.filter { !$0.isEmpty }.map(SigningKey.init) }
        self.keys = keys
        usableSchemes = dialect.compiled.schemes.compactMap { $0.scheme.usable(with: keys) }
        localZone = LocalZone(zone)
    }

    /// What keeps this source from working, each in a sentence with its remedy; empty when all is well.
    public var problems: [String] {
        var problems: [String] = []
        if usableSchemes.isEmpty {
            let names = dialect.secretNames.joined(separator: ", ")
            problems.append("no secret for any scheme of dialect \(dialect.name): every request would be refused; give one of: \(names)")
        }
        for name in secrets.keys.sorted() where name != "token" && !dialect.secretNames.contains(name) {
            problems.append("dialect \(dialect.name) has no secret \"\(name)\"; it has: \(dialect.secretNames.joined(separator: ", "))")
        }
        for case let scheme as StandardWebhooks in usableSchemes {
            for key in keys[scheme.secret] ?? [] where key.standard == nil {
                problems.append(
                    "the secret \"\(scheme.secret)\" is neither whsec_ with base64 nor whpk_ with an ed25519 key; make one with: openssl rand -base64 32"
                )
            }
        }
        let known = dialect.compiled.answer?.texts ?? [:]
        for name in texts.keys.sorted() where known[name] == nil {
            problems.append("dialect \(dialect.name) says no text \"\(name)\"; it has: \(known.keys.sorted().joined(separator: ", "))")
        }
        if !zoneIsKnown { problems.append("the zone \"\(zone)\" is not in this machine's time zone database; write an IANA name like Europe/Moscow") }
        if dialect.capabilities.needsPublicBase, publicBase == nil {
            problems.append("dialect \(dialect.name) signs the public URL: give the source its base url")
        }
        if dialect.capabilities.needsAnswerTarget, targets["answer"] == nil {
            problems.append("dialect \(dialect.name) lets a call through to an address: give the source targets: {answer: ADDRESS}")
        }
        for (from, to) in substitutes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where from == .answer || from == to {
            problems.append("\"\(from.rawValue)\" can't be substituted by \"\(to.rawValue)\"")
        }
        return problems
    }

    /// Whether `zone` is known on this machine; local times are not read without it.
    public var zoneIsKnown: Bool { localZone != nil }
    /// Whether the first path part after the source is a secret token.
    public var hasPathToken: Bool { keys["token"].map { !$0.isEmpty } ?? false }
}
