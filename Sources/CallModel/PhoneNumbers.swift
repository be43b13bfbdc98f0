// SPDX-License-Identifier: Apache-2.0
import CPhoneNumber

/// Reads telephone numbers as PBXs and people write them, into E.164, everywhere the same.
public struct PhoneNumbers: Sendable {
    public init() {}

    /// Who calls, from what a PBX sent for the number.
    /// - Parameters:
    ///   - text: as it came; `nil` when the PBX sent nothing about the caller.
    ///   - region: ISO 3166 code of the country whose national forms are meant.
    ///   - withheld: further words of that PBX for a withheld number, compared without case.
    /// - Returns: `nil` only for `nil`.
    public func caller(_ text: String?, region: String, withheld: [String] = []) -> Caller? {
        guard let text else { return nil }
        return number(text, region: region).map(Caller.number) ?? .unreadable(text)
    }

    /// A number in E.164; `nil` for anything that is no public number.
    public func number(_ text: String, region: String) -> PhoneNumber? { PhoneNumber(e164: text) }
}
