// SPDX-License-Identifier: Apache-2.0
import Crypto
import WireFormats

/// Mango Office: hex SHA-256 of API key, the `json` field as sent, and salt, nothing between; no HMAC and no time
/// (MangoOffice_VPBX_API_v1.9.pdf). Used in both directions.
struct MangoSHA256: SignatureScheme {
    let account: Place
    let signature: Place
    let signed: Place
    /// Names of the API key and of the salt. With several of each, key and salt at the same position belong together.
    let key: String
    let salt: String
    var secretNames: [String] { [key, salt] }

    func verify(_ input: VerifiedRequest) -> SchemeResult {
        guard let account = input.bytes(at: account), let signature = input.bytes(at: signature), let json = input.bytes(at: signed) else {
            return .invalid(.missing)
        }
        var isKnown = false
        for (key, salt) in zip(input.keys(key), input.keys(salt)) where sameBytes(key.bytes, account) {
            isKnown = true
            guard let given = Hex.decode(signature) else { continue }
            if sameBytes(MangoSHA256.digest(key.bytes, json, salt.bytes), given) { return .valid }
        }
        return .invalid(isKnown ? .badSignature : .unknownKey)
    }

    static func digest(_ key: [UInt8], _ json: [UInt8], _ salt: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: key)
        hash.update(data: json)
        hash.update(data: salt)
        return Array(hash.finalize())
    }
}
