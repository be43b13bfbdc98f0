// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An IP address with a port, in one spelling: what an outgoing connection really goes to.
public struct EgressAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes, network order. An IPv4 address mapped into IPv6 is kept as IPv4.
    public let bytes: [UInt8]
    public let port: UInt16

    /// Takes 4 or 16 bytes; `nil` for any other count.
    public init?(bytes: [UInt8], port: UInt16) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let mapped = bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        self.bytes = mapped ? Array(bytes.suffix(4)) : bytes
        self.port = port
    }

    /// Reads `127.0.0.1:9000` or `[::1]:9000`: a literal address and a port from 1 to 65535, nothing else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = EgressAddress.port(text[text.index(after: colon)...]) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard let bytes = EgressAddress.ipv6(host) else { return nil }
            self.init(bytes: bytes, port: port)
        } else {
            guard let bytes = EgressAddress.ipv4(host) else { return nil }
            self.init(bytes: bytes, port: port)
        }
    }

    /// The address as it is usually written, IPv6 in brackets.
    public var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") + ":\(port)" }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let written = bytes.withUnsafeBytes { inet_ntop(AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) }
        guard written != nil else { return "[?]:\(port)" }
        let length = text.firstIndex(of: 0) ?? text.count
        return "[" + String(decoding: text[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self) + "]:\(port)"
    }

    /// A decimal number from 1 to 65535 without leading zeros.
    static func port(_ text: some StringProtocol) -> UInt16? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.hasPrefix("0"), let port = UInt16(text) else { return nil }
        return port
    }

    /// Four decimal numbers; none of the shorter, octal or hexadecimal spellings (BAD-INPUTS G 81).
    static func ipv4(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part == "0" || !part.hasPrefix("0"), let byte = UInt8(part) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// An IPv6 literal without zone, as inet_pton(3) reads it.
    static func ipv6(_ text: some StringProtocol) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, String(text), &bytes) == 1 ? bytes : nil
    }
}
