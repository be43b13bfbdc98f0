// SPDX-License-Identifier: Apache-2.0

/// A few names, by their length: asked once for each field of each webhook, where hashing the field's name would cost more than comparing it with
/// the one or two names of its length.
struct NameSet: Sendable {
    private var byLength: [[String]] = []

    init(_ names: Set<String> = []) {
        for name in names.sorted() {
            let length = name.utf8.count
            while byLength.count <= length { byLength.append([]) }
            byLength[length].append(name)
        }
    }

    func contains(_ name: String) -> Bool {
        let length = name.utf8.count
        return length < byLength.count && byLength[length].contains(name)
    }
}
