// SPDX-License-Identifier: Apache-2.0
import Crypto
import Essentials
import Foundation
import WireFormats

extension HeaderHMAC: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        if let timestamp { try request.set(try timestamp.text(occasion.at), at: timestamp.place) }
        guard let message = message(occasion.verified(request)) else {
            throw DialectPlayer.Problem(description: "the request is none of those whose signed parts dialect \(occasion.source.dialect.name) knows")
        }
        try request.set(prefix + encoded(code(message, try occasion.key(secret).symmetric)), at: place)
    }

    private func code(_ message: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        switch hash {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: message, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: message, using: key))
        }
    }

    private func encoded(_ bytes: [UInt8]) -> String {
        switch encoding {
        case .hex: Hex.encode(bytes)
        case .base64: Base64.encode(bytes)
        case .base64url: Base64.encode(bytes, urlSafe: true)
        case .base64OfHex: Base64.encode(Array(Hex.encode(bytes).utf8))
        }
    }
}

extension HeaderHMAC.Timestamp {
    /// The instant as the first of the formats writes it.
    fileprivate func text(_ at: Instant) throws(DialectPlayer.Problem) -> String {
        switch formats.first {
        case .unixSeconds: String(at.unixSeconds)
        case .unixMilliseconds: String(at.unixMilliseconds)
        case .unixMicroseconds: String(at.unixMilliseconds) + "000"
        case .iso8601: Date(timeIntervalSince1970: TimeInterval(at.unixSeconds)).ISO8601Format()
        case let other: throw DialectPlayer.Problem(description: "a signed time can't be written as \(other?.rawValue ?? "nothing") here")
        }
    }
}

extension TwilioV1: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        let input = occasion.verified(request)
        guard let url = input.publicURL, let message = message(input, url) else {
            throw DialectPlayer.Problem(
                description: "the source \(occasion.source.name) has no base url, or the body is no form and the query has no bodySHA256 of it")
        }
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: message, using: try occasion.key(secret).symmetric)
        request.setHeader("X-Twilio-Signature", Base64.encode(Array(code)))
    }
}

extension PlivoV3: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        guard let url = occasion.verified(request).publicURL else {
            throw DialectPlayer.Problem(description: "the source \(occasion.source.name) has no base url, which Plivo signs")
        }
        let message = PlivoV3.message(url, request, nonce: occasion.id)
        let code = HMAC<SHA256>.authenticationCode(for: message, using: try occasion.key(secret).symmetric)
        request.setHeader("X-Plivo-Signature-V3-Nonce", occasion.id)
        request.setHeader("X-Plivo-Signature-V3", Base64.encode(Array(code)))
    }
}

extension MangoSHA256: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        let (key, salt) = (try occasion.key(key), try occasion.key(salt))
        guard let json = occasion.verified(request).bytes(at: signed) else {
            throw DialectPlayer.Problem(description: "the request lacks the field that Mango Office signs")
        }
        try request.set(String(decoding: key.bytes, as: UTF8.self), at: account)
        try request.set(Hex.encode(MangoSHA256.digest(key.bytes, json, salt.bytes)), at: signature)
    }
}

extension JWTBearer: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        let hash = Hex.encode(Array(SHA256.hash(data: request.body)))
        let claims: JSON = ["iat": .init(occasion.at.unixSeconds), "jti": .string(occasion.id), hashClaim: .string(hash)]
        let message = [["alg": "HS256", "typ": "JWT"] as JSON, claims].map { Base64.encode($0.serialised(), urlSafe: true) }.joined(separator: ".")
        let code = HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: try occasion.key(secret).symmetric)
        request.setHeader("Authorization", "Bearer \(message).\(Base64.encode(Array(code), urlSafe: true))")
    }
}
