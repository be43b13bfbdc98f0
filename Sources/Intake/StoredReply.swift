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
        var out: [UInt8] = []
        out.reserveCapacity(256)
        out.append(contentsOf: method.utf8)
        out.append(contentsOf: " /".utf8)
        for (index, part) in tail.dropFirst(token != nil && tail.first == token ? 1 : 0).enumerated() {
            if index > 0 { out.append(UInt8(ascii: "/")) }
            out.append(contentsOf: part.utf8)
        }
        if !query.isEmpty { keepQuery(&out) }
        for header in headers where !Self.isSecret(header.name.utf8) {
            out.append(0x0A)
            out.append(contentsOf: header.name.utf8)
            out.append(contentsOf: ": ".utf8)
            out.append(contentsOf: header.value.utf8)
        }
        return out
    }

    private func keepQuery(_ out: inout [UInt8]) {
        var isFirst = true
        for pair in query.split(separator: UInt8(ascii: "&")) {
            out.append(UInt8(ascii: isFirst ? "?" : "&"))
            isFirst = false
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            out.append(contentsOf: Self.isSecret(name) ? name + Array("=***".utf8) : pair)
        }
    }

    private static let secretWords: [StaticString] = ["auth", "cookie", "token", "secret", "sign", "pass", "key"]
    /// The letters that those words begin with, as bits: most places of a name need no closer look.
    private static let firstLetters = secretWords.reduce(UInt32(0)) { $0 | 1 << UInt32($1.utf8Start[0] & 31) }

    /// Compares bytes: this runs for each header of each webhook. The bit makes capitals small; what else it makes alike (`[` and
    /// `{`) stands in no word.
    private static func isSecret(_ name: some Collection<UInt8>) -> Bool {
        name.withContiguousStorageIfAvailable(isSecret) ?? Array(name).withUnsafeBufferPointer(isSecret)
    }

    private static func isSecret(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for start in name.indices where name[start] & 0x40 != 0 && firstLetters & 1 << UInt32(name[start] & 31) != 0 {
            for word in secretWords where word.utf8CodeUnitCount <= name.count - start {
                if (0..<word.utf8CodeUnitCount).allSatisfy({ name[start + $0] | 0x20 == word.utf8Start[$0] }) { return true }
            }
        }
        return false
    }
}
