// SPDX-License-Identifier: Apache-2.0

/// Tells whether an object names a member twice.
///
/// Objects of real messages are small: their names are told apart by a few bytes each, which costs a tenth of hashing them. Large objects get a
/// set, whose hash nobody can aim at, so that the check stays linear for whatever is sent.
struct SeenNames {
    private static let fewMax = 64
    private var marks: [UInt32] = []
    private var names: Set<String> = []

    /// Whether `name` is among `members`; to be asked for each member in their order, before it is added.
    mutating func isRepeated(_ name: String, in members: [JSON.Member]) -> Bool {
        if members.count >= SeenNames.fewMax {
            if names.isEmpty { names = Set(members.map(\.name)) }
            return !names.insert(name).inserted
        }
        let mark = SeenNames.mark(name)
        for index in marks.indices where marks[index] == mark && members[index].name == name { return true }
        marks.append(mark)
        return false
    }

    /// Length and some bytes. Equal names have equal marks; names that String holds equal though their bytes differ are left to the set.
    private static func mark(_ name: String) -> UInt32 {
        var name = name
        return name.withUTF8 { bytes in
            guard let last = bytes.last else { return 0 }
            let middle = UInt32(bytes[bytes.count / 2]) &* 31 &+ UInt32(bytes[bytes.count / 3])
            return UInt32(truncatingIfNeeded: bytes.count) << 24 ^ UInt32(bytes[0]) << 16 ^ UInt32(last) << 8 ^ middle
        }
    }
}
