// SPDX-License-Identifier: Apache-2.0

/// One file of a rule folder: its path inside the folder (`facts.yaml`, `lists/regions.csv`) and its text.
public struct RuleSource: Sendable, Hashable {
    public var path: String
    public var text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}
