// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import SQLEngine
internal import Synchronization

/// The right to use a data folder, held by one process at a time and given back by the kernel when it ends in any way.
///
/// Two processes that write or checkpoint one WAL file can damage it (SQLite before 3.51.3), so the second is refused.
final class FolderLock: Sendable {
    private let descriptor: Int32
    private let isHeld = Atomic(true)

    /// - Throws: `SQLFailure` `.refused` naming the holder, when another process (or another store of this one) has it.
    init(folder: String) throws(SQLFailure) {
        let path = folder + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SQLFailure(.refused, "can't open \(path): \(String(cString: strerror(errno))); the data folder must be writable for this user")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = FolderLock.holder(descriptor)
            close(descriptor)
            throw SQLFailure(.refused, "the data folder \(folder) is in use by \(holder): stop that one first, or name another folder (`data:`)")
        }
        let text = "\(getpid())\n"
        ftruncate(descriptor, 0)
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
    }

    deinit { release() }

    /// Gives the folder back. May be called again.
    func release() {
        guard isHeld.exchange(false, ordering: .relaxed) else { return }
        // Said explicitly: a child process between its fork and its exec shares the descriptor, and closing ours
        // alone would leave the lock with it.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(count, 0)).prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
