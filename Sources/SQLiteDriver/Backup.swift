// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Foundation
internal import GRDB
internal import SQLEngine

/// A copy of the database made through SQLite's backup interface, in one snapshot of a connection of its own
/// (sqlite.org/backup.html), so that writers go on meanwhile.
struct Backup: Sendable {
    let source: String
    let destination: String
    private var unfinished: String { destination + ".part" }

    init(source: String, destination: String) {
        self.source = source
        self.destination = destination
    }

    /// Copies into `<destination>.part`, syncs it, then gives it its name.
    func run() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            DispatchQueue.global().async { continuation.resume(with: Result { try copy() }) }
        }
    }

    private func copy() throws {
        guard !FileManager.default.fileExists(atPath: destination) else {
            throw SQLFailure(.refused, "\(destination) exists: name a new file")
        }
        do {
            try? FileManager.default.removeItem(atPath: unfinished)
            try copyPages()
            try finish()
        } catch {
            try? FileManager.default.removeItem(atPath: unfinished)
            throw error as? SQLFailure ?? SQLFailure(.ioError, "the backup to \(destination) failed: \(error)")
        }
    }

    private func copyPages() throws {
        let reader = try OpenedConnection.reader(path: source)
        defer { reader.close() }
        let copy = try DatabaseQueue(path: unfinished)
        try reader.queue.backup(to: copy)
        try copy.close()
    }

    private func finish() throws {
        let descriptor = open(unfinished, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0, close(descriptor) == 0,
            rename(unfinished, destination) == 0
        else { throw SQLFailure(.ioError, "can't finish \(destination): \(String(cString: strerror(errno)))") }
        let folder = open(URL(fileURLWithPath: destination).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0, fsync(folder) == 0, close(folder) == 0 else {
            throw SQLFailure(.ioError, "can't sync the folder of \(destination): \(String(cString: strerror(errno)))")
        }
    }
}
