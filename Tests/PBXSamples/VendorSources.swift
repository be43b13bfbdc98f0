// SPDX-License-Identifier: Apache-2.0
import CallModel
import Essentials
package import PBX

/// A source for every vendor of the samples, with the test secrets of Fixtures/pbx/README.md.
package enum VendorSources {
    private static let base = "https://hooks.callsieve.example"

    /// Secrets, targets and country by dialect.
    private static let settings: [String: (secrets: [String: [String]], targets: [String: String], region: String)] = [
        "aircall": (["token_in_body": ["callsieve-test-aircall-token"]], [:], "US"),
        "asterisk": (["bearer": ["callsieve-test-asterisk-token"]], [:], "RU"),
        "bitrix24": (["application_token": ["51610fefc120afg4b628cc82d6298cce"]], [:], "RU"),
        "callrail": (["signing": ["callsieve-test-callrail-signing-key"]], [:], "US"),
        "cloudevents": (["bearer": ["callsieve-test-cloudevents-token"]], [:], "RU"),
        "freeswitch": (["user": ["freeswitch"], "password": ["callsieve-test-password"]], ["answer": "user/201@pbx.example"], "RU"),
        "itoolabs": (["crm_token": ["callsieve-test-crm-token"]], [:], "RU"),
        "mango": (["api_key": ["callsieve0test0vpbx0key0000000001"], "api_salt": ["callsieve0test0vpbx0salt000000001"]], [:], "RU"),
        "plivo": (["auth_token": ["callsieve-test-plivo-auth-token"]], ["answer": "12025550150"], "US"),
        "ringcentral": (["verification_token": ["callsieve-test-verification-token"]], [:], "US"),
        "roistat": (["token": ["callsieve-test-roistat-path-token"]], [:], "RU"),
        "signalwire": (["signing": ["callsieve-test-signalwire-signing-key"]], ["answer": "+12025550150"], "US"),
        "sipuni": (["token": ["callsieve-test-sipuni-path-token"]], [:], "RU"),
        "standard-webhooks": (
            ["signing": [Samples.oldStandardSecret, Samples.standardSecret, Samples.standardPublicKey]], [:], "RU"
        ),
        "telnyx": (
            ["public_key": ["BgGsc6PaC3ZVXeNgWT+yNKg5qmbsmpARu3DC8ZaKXJc="], "api_key": ["test-api-key"]], ["answer": "+12025550150"], "US"
        ),
        "telphin": (["token": ["callsieve-test-telphin-path-token"]], [:], "RU"),
        "twilio": (["auth_token": ["callsieve-test-twilio-auth-token"]], ["answer": "+12025550150"], "US"),
        "uis": (["token": ["callsieve-test-uis-path-token"]], [:], "RU"),
        "vonage": (["signature_secret": ["callsieve-test-vonage-signature-secret-0001"]], ["answer": "12025550150"], "US"),
        "zadarma": (["api_secret": ["callsieve-test-zadarma-secret"]], [:], "RU"),
    ]

    package static var names: [String] { settings.keys.sorted() }

    package static func source(_ name: String, targets: [String: String] = [:], texts: [String: String] = [:]) throws -> SourceProfile {
        guard let (secrets, own, region) = settings[name] else { throw Samples.Unexpected(what: "no source for \(name)") }
        return SourceProfile(
            name: name, dialect: try Samples.dialect(name), secrets: secrets.mapValues { $0.map { Secret($0) } }, publicBase: base, region: region,
            zone: "Europe/Moscow", targets: own.merging(targets) { _, new in new }, texts: texts)
    }
}
