// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import Foundation
internal import Synchronization

/// Inputs that ended the process too often: one file each, named by the hash of their content.
final class Quarantine: Sendable {
    private let folder: String
    private let hashes: Mutex<Set<String>>

    init(folder: String) throws {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            hashes = Mutex(Set(try FileManager.default.contentsOfDirectory(atPath: folder)))
        } catch { throw StoreError(.ring, "can't use \(folder): \(error.localizedDescription)") }
    }

    static func name(_ hash: [UInt8]) -> String { hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }

    /// Cheap while nothing is quarantined, which is nearly always.
    func contains(_ hash: [UInt8]) -> Bool { hashes.withLock { !$0.isEmpty && $0.contains(Quarantine.name(hash)) } }

    var names: [String] { hashes.withLock { $0.sorted() } }

    /// Keeps the request, as lines of text and then its bytes, for whoever mends the reader.
    func add(_ leftover: InHandRing.Leftover) throws {
        let name = Quarantine.name(leftover.held.contentHash)
        var contents = Array("source: \(leftover.source)\narrived: \(leftover.arrivedAt.unixMilliseconds)\ncrashes: \(leftover.crashes)\n".utf8)
        contents += Array("head bytes: \(leftover.head.count)\nbody bytes: \(leftover.body.count)\n\n".utf8) + leftover.head + leftover.body
        let path = folder + "/" + name
        if !FileManager.default.fileExists(atPath: path) {
            do { try DurableFile.create(path: path, contents: contents, mode: 0o600) } catch { throw StoreError(.ring, error.description) }
        }
        _ = hashes.withLock { $0.insert(name) }
    }

    func remove(_ name: String) throws {
        guard hashes.withLock({ $0.remove(name) }) != nil else {
            throw StoreError(.ring, "nothing of the name \(name) is in quarantine: list what is")
        }
        try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
}
