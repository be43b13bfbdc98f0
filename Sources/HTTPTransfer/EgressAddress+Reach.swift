// SPDX-License-Identifier: Apache-2.0

extension EgressAddress {
    /// Whose network an address belongs to.
    public enum Reach: Sendable, Hashable {
        /// Anybody's, on the Internet.
        case global
        /// This machine or a private network: allowed where the configuration names the address and port.
        case local(String)
        /// Never a CRM: metadata services, link-local, multicast, unspecified, reserved.
        case forbidden(String)
    }

    /// What the address reaches, IPv6 forms of an IPv4 address judged as that address (RELIABILITY.md, Egress).
    public var reach: Reach {
        bytes.count == 4 ? EgressAddress.reach(ofIPv4: bytes) : EgressAddress.reach(ofIPv6: bytes)
    }

    /// The special-purpose registry of IANA (iana-ipv4-special-registry), and the addresses at which clouds keep metadata.
    private static func reach(ofIPv4 bytes: [UInt8]) -> Reach {
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0, _, _, _): .forbidden("unspecified (0.0.0.0/8)")
        case (168, 63, 129, 16): .forbidden("cloud metadata")
        case (100, 100, 100, 200): .forbidden("cloud metadata")
        case (169, 254, _, _): .forbidden("link-local or cloud metadata (169.254.0.0/16)")
        case (192, 0, 0, _): .forbidden("reserved (192.0.0.0/24)")
        case (192, 0, 2, _), (198, 51, 100, _), (203, 0, 113, _): .forbidden("for documentation only")
        case (192, 88, 99, _): .forbidden("6to4 relay (192.88.99.0/24)")
        case (198, 18...19, _, _): .forbidden("for benchmarks only (198.18.0.0/15)")
        case (224...239, _, _, _): .forbidden("multicast")
        case (240...255, _, _, _): .forbidden("reserved (240.0.0.0/4)")
        case (127, _, _, _): .local("loopback")
        case (10, _, _, _), (172, 16...31, _, _), (192, 168, _, _): .local("private")
        case (100, 64...127, _, _): .local("carrier-grade NAT (100.64.0.0/10)")
        default: .global
        }
    }

    private static func reach(ofIPv6 bytes: [UInt8]) -> Reach {
        if bytes.dropLast().allSatisfy({ $0 == 0 }) {
            return bytes[15] == 1 ? .local("loopback") : bytes[15] == 0 ? .forbidden("unspecified") : disguised(bytes[12...], "IPv4-compatible")
        }
        switch (bytes[0], bytes[1]) {
        case (0xFF, _): return .forbidden("multicast")
        case (0xFE, 0x80...0xBF): return .forbidden("link-local (fe80::/10)")
        case (0xFE, 0xC0...0xFF): return .forbidden("site-local (fec0::/10)")
        case (0xFC...0xFD, _): return metadata.contains(bytes) ? .forbidden("cloud metadata") : .local("private (fc00::/7)")
        case (0x20, 0x02): return disguised(bytes[2..<6], "6to4")
        case (0x20...0x3F, _): return inGlobalRange(bytes)
        default: break
        }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return disguised(bytes[12...], "NAT64") }
        if bytes.prefix(12).allSatisfy({ $0 == 0 }) { return disguised(bytes[12...], "IPv4-compatible") }
        return .forbidden("outside of 2000::/3")
    }

    private static func inGlobalRange(_ bytes: [UInt8]) -> Reach {
        if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || bytes.starts(with: [0x3F, 0xFF]) { return .forbidden("for documentation only") }
        if bytes.starts(with: [0x20, 0x01, 0, 0]) { return disguised(bytes[12...].map { ~$0 }[...], "Teredo") }
        if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] < 0x02 { return .forbidden("protocol assignments (2001::/23)") }
        // ISATAP (RFC 5214): an interface id of ::0:5efe:a.b.c.d or ::200:5efe:a.b.c.d.
        if bytes[10] == 0x5E, bytes[11] == 0xFE, bytes[8] & 0xFD == 0, bytes[9] == 0 { return disguised(bytes[12...], "ISATAP") }
        return .global
    }

    /// An IPv4 address inside an IPv6 one: global stays global, all else is refused, since nobody names such an address on purpose.
    private static func disguised(_ bytes: ArraySlice<UInt8>, _ form: String) -> Reach {
        switch reach(ofIPv4: Array(bytes)) {
        case .global: .global
        case .local(let what), .forbidden(let what): .forbidden("\(form) form of: \(what)")
        }
    }

    /// fd00:ec2::254 (EC2), fd20:ce::254 (Google).
    private static let metadata: Set<[UInt8]> = [
        [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
        [0xFD, 0x20, 0, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
    ]
}
