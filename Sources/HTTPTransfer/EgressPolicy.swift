// SPDX-License-Identifier: Apache-2.0

/// Where requests of one account may go: the Internet over TLS, and the local addresses that the configuration names.
///
/// The same policy judges a URL when it is configured and each connection when it is made; the second is what counts,
/// since a name may lead elsewhere the next time (SECURITY.md row 8).
public struct EgressPolicy: Hashable, Sendable {
    /// Loopback or private addresses with their ports that may be reached, over plain HTTP as well.
    public let allowed: Set<EgressAddress>
    /// PEM file of the authorities to trust instead of the system's; `nil`: the system's.
    public let authoritiesFile: String?

    /// - Throws: `EgressProblem` when a named address could never be a CRM (link-local, metadata, multicast …).
    public init(allowing allowed: Set<EgressAddress> = [], authoritiesFile: String? = nil) throws(EgressProblem) {
        for address in allowed {
            if case .forbidden(let what) = address.reach { throw EgressProblem("\(address) can't be allowed: \(what)") }
        }
        self.allowed = allowed
        self.authoritiesFile = authoritiesFile
    }

    private init() {
        allowed = []
        authoritiesFile = nil
    }

    /// No local address at all.
    public static let publicOnly = EgressPolicy()

    /// Why a connection to `address` may not be opened; `nil`: it may.
    /// - Parameter plain: the request goes over plain HTTP.
    public func refusal(of address: EgressAddress, plain: Bool) -> String? {
        switch address.reach {
        case .forbidden(let what): return "\(address) is \(what)"
        case .local(let what): return allowed.contains(address) ? nil : "\(address) is \(what)"
        case .global: return !plain || allowed.contains(address) ? nil : "\(address) would be reached over plain HTTP"
        }
    }

    /// What is wrong with a URL as far as it can be seen without a look-up; `nil`: nothing.
    public func refusal(of url: EgressURL) -> String? {
        if let address = url.literalAddress { return refusal(of: address, plain: url.isPlain) }
        let named = allowed.contains { $0.port == url.port }
        if url.isPlain, !named { return "\(url.origin) is plain HTTP" }
        if url.isLocalName, !named { return "\(url.origin) is a name of this machine or its cloud" }
        return nil
    }
}

/// A destination that is refused, in words for the person who configured it.
public struct EgressProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
