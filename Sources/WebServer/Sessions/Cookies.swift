// SPDX-License-Identifier: Apache-2.0
import HTTPTypes
import Hummingbird
import WireFormats

/// The cookies that the pages use, read without trusting them.
enum Cookies {
    /// Every value of that name: a second one of the same name is a sign of tampering, the caller decides.
    static func values(of name: String, in request: Request) -> [String] {
        request.headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let text = pair.drop { $0 == " " }
            guard text.hasPrefix(name), text.dropFirst(name.count).first == "=" else { return nil }
            return String(text.dropFirst(name.count + 1))
        }
    }

    /// A percent-encoded value as text, cut to what a name or a language needs.
    static func text(of name: String, in request: Request) -> String? {
        guard let value = values(of: name, in: request).first else { return nil }
        return cleaned(String(decoding: percentDecoded(Array(value.utf8)), as: UTF8.self))
    }

    /// A name as it may be stored: no control characters, no spaces around, at most 80 characters; `nil` for an empty one.
    static func cleaned(_ text: String) -> String? {
        let visible = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && $0.properties.generalCategory != .format }
        let name = String(String.UnicodeScalarView(visible)).split(separator: " ").joined(separator: " ").prefix(80)
        return name.isEmpty ? nil : String(name)
    }

    static func header(_ name: String, _ value: String, seconds: Int64, httpOnly: Bool) -> String {
        "\(name)=\(percentEncoded(value)); Path=/; Max-Age=\(seconds); SameSite=Lax" + (httpOnly ? "; HttpOnly" : "")
    }
}
