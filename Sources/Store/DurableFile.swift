// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// Files that are there whole after a power cut, or not at all.
enum DurableFile {
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ call: String, _ path: String) { description = "\(call) \(path): \(String(cString: strerror(errno)))" }
    }

    /// Makes a new file with `contents` and syncs it and its folder. Refuses to replace one.
    static func create(path: String, contents: [UInt8], mode: mode_t) throws(Failure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Failure("create", path) }
        defer { close(descriptor) }
        var offset = 0
        while offset < contents.count {
            let written = contents[offset...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw Failure("write", path) }
            offset += written
        }
        guard fsync(descriptor) == 0 else { throw Failure("sync", path) }
        try syncFolder(of: path)
    }

    /// Makes the names in a file's folder durable.
    static func syncFolder(of path: String) throws(Failure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure("sync", folder) }
    }
}
