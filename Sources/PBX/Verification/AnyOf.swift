// SPDX-License-Identifier: Apache-2.0

/// Several schemes of which one is enough: where parts of a PBX can't authenticate alike (FreeSWITCH's mod_curl and mod_json_cdr).
struct AnyOf: SignatureScheme {
    let schemes: [any SignatureScheme]

    var secretNames: [String] { schemes.flatMap(\.secretNames) }
    var needsPublicURL: Bool { schemes.contains(where: \.needsPublicURL) }

    func usable(with keys: [String: [SigningKey]]) -> (any SignatureScheme)? {
        let usable = schemes.compactMap { $0.usable(with: keys) }
        return usable.isEmpty ? nil : AnyOf(schemes: usable)
    }

    /// The reason of the last one when none holds.
    func verify(_ input: VerifiedRequest) -> SchemeResult {
        var result = SchemeResult.invalid(.missing)
        for scheme in schemes {
            result = scheme.verify(input)
            if result == .valid { return .valid }
        }
        return result
    }
}
