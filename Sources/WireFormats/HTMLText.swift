// SPDX-License-Identifier: Apache-2.0

/// Text made safe between tags and inside quoted attributes of HTML.
///
/// Works scalar by scalar: a quote followed by a combining mark is one Character, and would pass a test by Characters.
public func htmlEscaped(_ text: String) -> String {
    var out = ""
    out.unicodeScalars.reserveCapacity(text.unicodeScalars.count)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "&": out += "&amp;"
        case "\"": out += "&quot;"
        case "'": out += "&#39;"
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out
}
