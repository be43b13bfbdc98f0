// SPDX-License-Identifier: Apache-2.0

/// A text that must not be seen: prints masked everywhere; the value leaves only through `reveal()`.
///
/// Compared in constant time. Keep it a `Secret` from the configuration to the one place that signs or sends.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    public init(_ text: String) { self.text = text }

    /// The secret itself. Call it only where a signature is made or a request leaves.
    public func reveal() -> String { text }

    public var isEmpty: Bool { text.isEmpty }
    public var description: String { "***" }
    public var debugDescription: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    public static func == (left: Secret, right: Secret) -> Bool { constantTimeEqual(Array(left.text.utf8), Array(right.text.utf8)) }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
public func constantTimeEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(left, right) { difference |= a ^ b }
    return difference == 0
}
