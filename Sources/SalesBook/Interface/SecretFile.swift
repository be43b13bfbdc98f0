// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation

/// A secret that lives in a file of the data folder, made at first start, readable by its owner alone.
public enum SecretFile {
    public struct Failure: Error, CustomStringConvertible {
        /// Which file, what went wrong, what to do; never the content.
        public let description: String
    }

    /// Reads the secret, or makes and syncs it when there is none. Safe when two processes start at once: both get the same.
    ///
    /// - Parameters:
    ///   - make: the text of a new secret; called only when the file is missing.
    /// - Throws: `Failure` when the file can't be read or made, is empty, or is open to others.
    public static func load(path: String, make: () -> String) throws(Failure) -> Secret {
        do {
            return try read(path)
        } catch let failure {
            guard access(path, F_OK) != 0 else { throw failure }
        }
        try create(path, make())
        return try read(path)
    }

    /// 32 random bytes as 43 characters of base64url: a bearer token.
    public static func token(_ random: some RandomSource) -> String {
        Data(random.bytes(32)).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func read(_ path: String) throws(Failure) -> Secret {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & 0o077 == 0 else { throw Failure(description: "\(path) is open to others: run chmod 600 \(path)") }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Foundation.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure("read", path) }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self).trimmingSpaces()
        guard !text.isEmpty else { throw Failure(description: "\(path) is empty: delete it, and the next start makes a new one") }
        return Secret(text)
    }

    /// Writes beside the place and links the whole file in, so that nobody ever reads half a secret.
    private static func create(_ path: String, _ text: String) throws(Failure) {
        let draft = "\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", draft) }
        defer { unlink(draft) }
        let bytes = Array((text + "\n").utf8)
        let isWritten = Foundation.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten else { throw failure("write", draft) }
        guard link(draft, path) == 0 || errno == EEXIST else { throw failure("make", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure(description: "can't \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
