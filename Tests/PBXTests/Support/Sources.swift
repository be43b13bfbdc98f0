// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
import PBX
import Testing

/// Sources with the secrets of the samples.
enum Samples {
    static let numbers = PhoneNumbers()
    static let standardSecret = "whsec_Y2FsbHNpZXZlLXRlc3Qtc2VjcmV0LTAwMDEtbm90LWZvci11c2U="
    static let oldStandardSecret = "whsec_Y2FsbHNpZXZlLXRlc3Qtc2VjcmV0LTAwMDAtbm90LWZvci11c2U="
    static let standardPublicKey = "whpk_KyT9aLEqMWHQaKIsBtcoHnEVnvS4nNfNcQwVrRy6wzc="
    static let now = Instant(unixSeconds: 1_772_445_600)

    static func dialect(_ name: String) throws -> Dialect {
        try #require(loaded[name]).get()
    }

    private static let loaded: [String: Result<Dialect, any Error>] = Dictionary(
        uniqueKeysWithValues: Dialect.shipped.map { name, text in (name, Result { try Dialect.load(text, file: "\(name).yaml") }) })

    static func source(
        _ dialect: String, _ secrets: [String: String], region: String = "RU", targets: [String: String] = [:],
        substitutes: [Action: Action] = [:], name: String? = nil
    ) throws -> SourceProfile {
        SourceProfile(
            name: name ?? dialect, dialect: try self.dialect(dialect), secrets: secrets.mapValues { [Secret($0)] }, region: region,
            zone: "Europe/Moscow", targets: targets, substitutes: substitutes)
    }

    static func callsieve(targets: [String: String] = [:]) throws -> SourceProfile {
        try source("callsieve", ["signing": standardSecret], targets: targets, name: "demo")
    }

    static func mango(targets: [String: String] = [:]) throws -> SourceProfile {
        try source(
            "mango", ["api_key": "callsieve0test0vpbx0key0000000001", "api_salt": "callsieve0test0vpbx0salt000000001"], targets: targets)
    }

    static func kamailio(_ secrets: [String: String] = ["bearer": "test-token", "signing": "s3cret"]) throws -> SourceProfile {
        try source("kamailio", secrets, region: "US")
    }

    /// The one event of a request, without looking at its signature.
    static func event(_ request: HookRequest, _ source: SourceProfile) throws -> CallEvent {
        guard case .events(let events) = source.dialect.decode(request, source, numbers: numbers), events.count == 1 else {
            throw Unexpected(what: "\(source.dialect.decode(request, source, numbers: numbers))")
        }
        return events[0]
    }

    struct Unexpected: Error { let what: String }
}
