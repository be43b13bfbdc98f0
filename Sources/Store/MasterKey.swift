// SPDX-License-Identifier: Apache-2.0
internal import Crypto
public import Essentials
internal import Foundation

/// The key under which every person's own key is sealed. A file beside the data folder, never inside it, so that a
/// copy of the data alone reads nobody's commitments and finds no number by its index.
public struct MasterKey: Sendable, CustomStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    /// A key from 32 bytes; for tests and for a key kept elsewhere.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    public var description: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Reads the key file; makes it (mode 0600, synced) when neither it nor any stored data exists yet.
    ///
    /// - Parameters:
    ///   - path: the key file, by default `<data>.master-key`.
    ///   - mayCreate: false once there is data: a new key would not open it.
    /// - Throws: `StoreError` `.masterKey` with the fix when it is missing, damaged, or readable by others.
    public static func load(path: String, mayCreate: Bool, random: any RandomSource = SystemRandom()) throws -> MasterKey {
        guard FileManager.default.fileExists(atPath: path) else {
            guard mayCreate else {
                throw StoreError(
                    .masterKey,
                    "the master key \(path) is missing: copy it back from where it was backed up; without it erased and sealed values can't be told apart"
                )
            }
            return try create(path: path, random: random)
        }
        try checkPermissions(path: path)
        return try parse(String(contentsOfFile: path, encoding: .utf8), path: path)
    }

    private static let header = "callsieve-master-key-1 "

    private static func parse(_ text: String, path: String) throws -> MasterKey {
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard line.hasPrefix(header), let data = Data(base64Encoded: String(line.dropFirst(header.count))),
            let key = MasterKey(bytes: Array(data))
        else { throw StoreError(.masterKey, "\(path) is no master key of Callsieve: copy it back from its backup") }
        return key
    }

    private static func checkPermissions(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw StoreError(.masterKey, "can't look at \(path): \(String(cString: strerror(errno)))") }
        guard status.st_mode & 0o077 == 0 else {
            throw StoreError(.masterKey, "the master key \(path) is open to other users: run  chmod 600 \(path)")
        }
    }

    private static func create(path: String, random: any RandomSource) throws -> MasterKey {
        let bytes = random.bytes(32)
        let text = header + Data(bytes).base64EncodedString() + "\n"
        do {
            try DurableFile.create(path: path, contents: Array(text.utf8), mode: 0o600)
        } catch { throw StoreError(.masterKey, "can't make the master key: \(error)") }
        guard let key = MasterKey(bytes: bytes) else { throw StoreError(.masterKey, "the random source gave too few bytes") }
        return key
    }
}
