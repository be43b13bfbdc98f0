// SPDX-License-Identifier: Apache-2.0

/// A header line as the recipe wrote it.
public struct CRMHeader: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A request ready to be sent, secrets in place. Prints its method only.
public struct CRMRequest: Sendable, CustomStringConvertible, CustomReflectable {
    public var method: String
    public var url: String
    public var headers: [CRMHeader]
    public var body: [UInt8]?

    public var description: String { "\(method) …" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// An answer as it came.
public struct CRMResponse: Sendable {
    public var status: Int
    public var headers: [CRMHeader]
    public var body: [UInt8]

    public init(status: Int, headers: [CRMHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in any case of letters.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
