// SPDX-License-Identifier: Apache-2.0
package import CallModel
package import Essentials
package import PBX

/// Sources with the secrets of the samples.
package enum Samples {
    package static let numbers = PhoneNumbers()
    package static let standardSecret = "whsec_Y2FsbHNpZXZlLXRlc3Qtc2VjcmV0LTAwMDEtbm90LWZvci11c2U="
    package static let oldStandardSecret = "whsec_Y2FsbHNpZXZlLXRlc3Qtc2VjcmV0LTAwMDAtbm90LWZvci11c2U="
    package static let standardPublicKey = "whpk_KyT9aLEqMWHQaKIsBtcoHnEVnvS4nNfNcQwVrRy6wzc="
    package static let now = Instant(unixSeconds: 1_772_445_600)

    package static func dialect(_ name: String) throws -> Dialect {
        guard let dialect = loaded[name] else { throw Unexpected(what: "no dialect \(name)") }
        return try dialect.get()
    }

    private static let loaded: [String: Result<Dialect, any Error>] = Dictionary(
        uniqueKeysWithValues: Dialect.shipped.map { name, text in (name, Result { try Dialect.load(text, file: "\(name).yaml") }) })

    package static func source(
        _ dialect: String, _ secrets: [String: String], region: String = "RU", targets: [String: String] = [:],
        substitutes: [Action: Action] = [:], name: String? = nil
    ) throws -> SourceProfile {
        SourceProfile(
            name: name ?? dialect, dialect: try self.dialect(dialect), secrets: secrets.mapValues { [Secret($0)] }, region: region,
            zone: "Europe/Moscow", targets: targets, substitutes: substitutes)
    }

    package static func callsieve(targets: [String: String] = [:]) throws -> SourceProfile {
        try source("callsieve", ["signing": standardSecret], targets: targets, name: "demo")
    }

    package static func mango(targets: [String: String] = [:]) throws -> SourceProfile {
        try source(
            "mango", ["api_key": "callsieve0test0vpbx0key0000000001", "api_salt": "callsieve0test0vpbx0salt000000001"], targets: targets)
    }

    package static func kamailio(_ secrets: [String: String] = ["bearer": "test-token", "signing": "s3cret"]) throws -> SourceProfile {
        try source("kamailio", secrets, region: "US")
    }

    /// The one event of a request, without looking at its signature.
    package static func event(_ request: HookRequest, _ source: SourceProfile) throws -> CallEvent {
        guard case .events(let events) = source.dialect.decode(request, source, numbers: numbers), events.count == 1 else {
            throw Unexpected(what: "\(source.dialect.decode(request, source, numbers: numbers))")
        }
        return events[0]
    }

    package struct Unexpected: Error {
        package let what: String
        package init(what: String) { self.what = what }
    }
}
