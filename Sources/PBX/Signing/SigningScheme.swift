// SPDX-License-Identifier: Apache-2.0
import Essentials
import WireFormats

/// A scheme that can be used the other way round, with secrets that the receiver has as well.
protocol SigningScheme: SignatureScheme {
    /// Puts the signature, and what is signed with it, into the request; what stood in their places is gone.
    /// - Throws: where the request has no place for it.
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem)
}

/// For whom, when and under which id a request is signed.
struct SigningOccasion {
    let source: SourceProfile
    let id: String
    let at: Instant

    /// The newest key of that name.
    func key(_ name: String) throws(DialectPlayer.Problem) -> SigningKey {
        guard let key = source.keys[name]?.last else {
            throw DialectPlayer.Problem(description: "the source \(source.name) has no secret \"\(name)\"")
        }
        return key
    }

    /// What a scheme's own reader sees of the request as it is by now.
    func verified(_ request: HookRequest) -> VerifiedRequest {
        VerifiedRequest(
            request: request, tail: source.dialect.tail(of: request, source) ?? [], source: source, readings: source.dialect.compiled.readings)
    }
}

extension StandardWebhooks: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        let time = String(occasion.at.unixSeconds)
        // Public keys are among the keys, and can't sign.
        let signatures = (occasion.source.keys[secret] ?? []).compactMap(\.standard).map {
            $0.signature(id: occasion.id, timestamp: time, body: request.body)
        }
        guard let signature = signatures.last(where: { !$0.isEmpty }) else {
            throw DialectPlayer.Problem(description: "\"\(secret)\" of the source \(occasion.source.name) is a public key; only the sender can sign")
        }
        request.setHeader(prefix + "id", occasion.id)
        request.setHeader(prefix + "timestamp", time)
        request.setHeader(prefix + "signature", signature)
    }
}

extension BearerToken: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        request.setHeader("Authorization", "Bearer " + String(decoding: try occasion.key(secret).bytes, as: UTF8.self))
    }
}

extension BasicPassword: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        let pair = try occasion.key(user).bytes + [UInt8(ascii: ":")] + occasion.key(password).bytes
        request.setHeader("Authorization", "Basic " + Base64.encode(pair))
    }
}

extension PlacedToken: SigningScheme {
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        try request.set(String(decoding: try occasion.key(secret).bytes, as: UTF8.self), at: place)
    }
}

extension PathToken: SigningScheme {
    /// The token stands in the path already.
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) {}
}

extension AnyOf: SigningScheme {
    /// With the first that can sign: one is enough.
    func sign(_ request: inout HookRequest, _ occasion: SigningOccasion) throws(DialectPlayer.Problem) {
        guard let signer = schemes.lazy.compactMap({ $0 as? any SigningScheme }).first else {
            throw DialectPlayer.Problem(description: "none of the schemes of dialect \(occasion.source.dialect.name) can be signed here")
        }
        try signer.sign(&request, occasion)
    }
}
