// SPDX-License-Identifier: Apache-2.0
import PBX

// A reply as it is kept with its event, so that the same webhook again gets the same bytes: status, headers, an empty line, body.
extension HookReply {
    var stored: [UInt8] {
        var out = Array("\(status)\n".utf8)
        for header in headers { out += Array("\(Self.line(header.name)): \(Self.line(header.value))\n".utf8) }
        out.append(0x0A)
        return out + body
    }

    /// `nil` for bytes that `stored` did not write.
    init?(stored bytes: [UInt8]) {
        var rest = bytes[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        guard let status = line().flatMap({ Int($0) }) else { return nil }
        var headers: [HookHeader] = []
        while let header = line() {
            if header.isEmpty {
                self.init(status: status, headers: headers, body: Array(rest))
                return
            }
            guard let colon = header.firstRange(of: ": ") else { return nil }
            headers.append(HookHeader(String(header[..<colon.lowerBound]), String(header[colon.upperBound...])))
        }
        return nil
    }

    /// A header is one line; a dialect that made it two would break the reply on the wire too.
    private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}

extension HookRequest {
    /// Method, target and headers as they are kept beside the body: without what proves the sender.
    var keptHead: [UInt8] {
        let tail = self.tail.dropFirst(token != nil && tail.first == token ? 1 : 0)
        var out = "\(method) /\(tail.joined(separator: "/"))"
        let query = String(decoding: query, as: UTF8.self).split(separator: "&").map { pair -> String in
            let name = pair.prefix { $0 != "=" }
            return Self.isSecret(String(name)) ? "\(name)=***" : String(pair)
        }
        if !query.isEmpty { out += "?" + query.joined(separator: "&") }
        for header in headers where !Self.isSecret(header.name) { out += "\n\(header.name): \(header.value)" }
        return Array(out.utf8)
    }

    private static let secretWords = ["auth", "cookie", "token", "secret", "sign", "pass", "key"].map { Array($0.utf8) }

    /// Compares bytes: this runs for each header of each webhook on the one writer thread, where a search for characters took a
    /// third of the time. The bit makes capitals small; what else it makes alike (`[` and `{`) stands in no word.
    private static func isSecret(_ name: String) -> Bool {
        let bytes = name.utf8.map { $0 | 0x20 }
        return secretWords.contains { word in
            guard bytes.count >= word.count else { return false }
            return (0...(bytes.count - word.count)).contains { bytes[$0..<($0 + word.count)].elementsEqual(word) }
        }
    }
}
