// SPDX-License-Identifier: Apache-2.0

extension Caller {
    /// One text for each caller, to be stored and compared: the number, `withheld`, or `?` and the text as it came.
    public var stored: String {
        switch self {
        case .number(let number): number.e164
        case .withheld: "withheld"
        case .unreadable(let text): "?" + text
        }
    }

    /// Reads what `stored` wrote; `nil` for anything else.
    public init?(stored: String) {
        if stored == "withheld" {
            self = .withheld
        } else if stored.hasPrefix("?") {
            self = .unreadable(String(stored.dropFirst()))
        } else if let number = PhoneNumber(e164: stored) {
            self = .number(number)
        } else {
            return nil
        }
    }
}
