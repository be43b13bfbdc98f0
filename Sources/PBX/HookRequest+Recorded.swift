// SPDX-License-Identifier: Apache-2.0
public import Essentials
import WireFormats

extension HookRequest {
    /// A request as it was recorded from the wire or written by hand: request line, headers, empty line, body.
    ///
    /// Lines of the head may end in CRLF or LF. All that follows the empty line is the body, whatever `Content-Length` says. A target
    /// below `/hooks/{source}` has the rest as `tail`.
    /// - Returns: `nil` for bytes without a request line or without an empty line after the head.
    public init?(recorded bytes: [UInt8], arrivedAt: Instant) {
        guard let (head, body) = HookRequest.split(bytes) else { return nil }
        let lines = head.split(whereSeparator: \.isNewline)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[1].hasPrefix("/") else { return nil }
        let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = target[0].split(separator: "/").map { String(decoding: percentDecoded(Array($0.utf8)), as: UTF8.self) }
        self.init(
            method: String(words[0]), tail: path.first == "hooks" ? Array(path.dropFirst(2)) : path, target: String(words[1]),
            query: target.count > 1 ? Array(target[1].utf8) : [], headers: lines.dropFirst().map(HookRequest.header), body: body,
            arrivedAt: arrivedAt)
    }

    private static func split(_ bytes: [UInt8]) -> (head: String, body: [UInt8])? {
        for index in bytes.indices where bytes[index] == 0x0A {
            for end in [[0x0D, 0x0A], [0x0A]] as [[UInt8]] where bytes[(index + 1)...].starts(with: end) {
                return (String(decoding: bytes[..<index], as: UTF8.self), Array(bytes[(index + 1 + end.count)...]))
            }
        }
        return nil
    }

    private static func header(_ line: Substring) -> HookHeader {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        return HookHeader(String(line[..<colon]), trimmed(String(line[colon...].dropFirst())))
    }
}
