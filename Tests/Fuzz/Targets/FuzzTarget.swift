// SPDX-License-Identifier: Apache-2.0

/// A reader of foreign bytes, for fuzzing: it must end soon and neither trap nor hang, whatever it is given.
public struct FuzzTarget: Sendable {
    /// As `Tests/Fuzz/run` names it; its corpus is `Tests/Fuzz/Corpus/<name>`.
    public let name: String
    /// Bytes of an input that make sense; libFuzzer makes none longer.
    public let sizeBytesMax: Int
    /// Gets any bytes at all.
    public let read: @Sendable ([UInt8]) -> Void

    public init(_ name: String, sizeBytesMax: Int, read: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.sizeBytesMax = sizeBytesMax
        self.read = read
    }

    /// Every target; a new parser's goes to this list, with a folder of inputs beside the others.
    public static let all: [FuzzTarget] = ruleTargets + hookTargets
}
