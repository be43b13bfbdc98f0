// SPDX-License-Identifier: Apache-2.0

/// An absolute http or https URL in a form that every parser reads alike (BAD-INPUTS G).
///
/// Stricter than RFC 3986 on purpose: no userinfo, no fragment, no backslash, no spaces or controls, no non-ASCII letters,
/// no number standing for an address. What is sent is `text`, put together again from the parts that were judged.
public struct EgressURL: Hashable, Sendable, CustomStringConvertible {
    public let isPlain: Bool
    /// Lower case; IPv6 literals without brackets.
    public let host: String
    public let port: UInt16
    /// Path and query, beginning with `/`.
    public let target: String
    /// The address, where the host is a literal one.
    public let literalAddress: EgressAddress?

    /// Longer URLs are refused: no CRM needs them.
    public static let lengthMax = 8_192

    /// - Throws: `EgressProblem` saying what is wrong; the text itself is not repeated, it may hold a secret.
    public init(_ text: String) throws(EgressProblem) {
        guard text.utf8.count <= EgressURL.lengthMax else { throw EgressProblem("the URL is longer than \(EgressURL.lengthMax) bytes") }
        guard text.utf8.allSatisfy({ EgressURL.printable.contains($0) && !EgressURL.refused.contains($0) }) else {
            throw EgressProblem("the URL holds a space, a control, a backslash, a quote, \"#\", or a letter that is not ASCII")
        }
        let (isPlain, afterScheme) = try EgressURL.scheme(of: text)
        let cut = afterScheme.firstIndex { $0 == "/" || $0 == "?" } ?? afterScheme.endIndex
        let authority = afterScheme[..<cut]
        guard !authority.contains("@") else { throw EgressProblem("the URL holds a user name; put credentials into the account's fields") }
        let rest = afterScheme[cut...]
        self.isPlain = isPlain
        target = rest.isEmpty ? "/" : rest.hasPrefix("?") ? "/" + rest : String(rest)
        (host, port, literalAddress) = try EgressURL.hostAndPort(authority, standard: isPlain ? 80 : 443)
    }

    /// `https://crm.example:443`, without path and query.
    public var origin: String { "\(isPlain ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// The whole URL as it is given to libcurl. May hold a secret in its path or query.
    public var text: String {
        let authority = host.contains(":") ? "[\(host)]" : host
        let standard: UInt16 = isPlain ? 80 : 443
        return "\(isPlain ? "http" : "https")://\(authority)\(port == standard ? "" : ":\(port)")\(target)"
    }

    public var description: String { origin }

    /// A name that by itself means this machine or a cloud's metadata service.
    public var isLocalName: Bool {
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        return name == "localhost" || name.hasSuffix(".localhost") || name == "metadata.google.internal" || name.hasSuffix(".internal")
            || name == "instance-data" || name == "metadata"
    }

    private static let printable: ClosedRange<UInt8> = 0x21...0x7E
    private static let refused = Set("\"<>\\^`{|}#".utf8)

    private static func scheme(of text: String) throws(EgressProblem) -> (isPlain: Bool, rest: Substring) {
        for (prefix, isPlain) in [("https://", false), ("http://", true)] where text.lowercased().hasPrefix(prefix) {
            return (isPlain, text.dropFirst(prefix.count))
        }
        throw EgressProblem("the URL must begin with https://")
    }

    private static func hostAndPort(
        _ authority: Substring, standard: UInt16
    ) throws(EgressProblem) -> (host: String, port: UInt16, literal: EgressAddress?) {
        var host = authority
        var port = standard
        if let bracket = authority.lastIndex(of: "]") ?? authority.firstIndex(of: ":"),
            let colon = authority[bracket...].firstIndex(of: ":")
        {
            guard let read = EgressAddress.port(authority[authority.index(after: colon)...]) else {
                throw EgressProblem("the URL's port is no number from 1 to 65535")
            }
            (host, port) = (authority[..<colon], read)
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let literal = host.dropFirst().dropLast()
            guard let bytes = EgressAddress.ipv6(literal) else { throw EgressProblem("the URL's IPv6 address is not readable (zones are not taken)") }
            return (literal.lowercased(), port, EgressAddress(bytes: bytes, port: port))
        }
        return try name(host.lowercased(), port: port)
    }

    private static func name(_ host: String, port: UInt16) throws(EgressProblem) -> (String, UInt16, EgressAddress?) {
        if let bytes = EgressAddress.ipv4(host) { return (host, port, EgressAddress(bytes: bytes, port: port)) }
        let name = host.hasSuffix(".") ? host.dropLast() : Substring(host)
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F }
        }
        guard isName, name.utf8.count <= 253 else { throw EgressProblem("the URL's host is no name (write other alphabets as xn--…)") }
        // The URL Standard reads a host whose last label is a number as an IPv4 address in any of its spellings.
        guard let last = labels.last?.utf8.first, !(0x30...0x39).contains(last) else {
            throw EgressProblem("the URL's host is a number; write an address as four decimal numbers")
        }
        return (host, port, nil)
    }
}
