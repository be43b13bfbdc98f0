// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation
public import StrictYAML

/// Where a secret is kept; the configuration file itself never holds one.
public enum SecretReference: Hashable, Sendable {
    /// A file, relative to the folder of the configuration.
    case file(String)
    /// An environment variable.
    case environment(String)
    /// A file in the data folder that the service makes at its first start.
    case made(String)

    /// Longest secret that is read, in bytes; a longer file is most likely the wrong one.
    public static let bytesMax = 64 * 1024

    /// Reads the secret; one trailing line break is dropped. Blocks on the disk.
    /// - Parameter dataFolder: where `made` secrets lie.
    /// - Throws: `SourceProblem` without the secret in it: missing, empty, too large, or readable by everybody.
    public func read(dataFolder: String) throws(SourceProblem) -> Secret {
        switch self {
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
                throw SourceProblem(file: "environment", message: "the variable \(name) is not set", fix: "set \(name) before the start")
            }
            return Secret(value)
        case .file(let path): return try Self.read(path)
        case .made(let name): return try Self.read(dataFolder + "/" + name)
        }
    }

    private static func read(_ path: String) throws(SourceProblem) -> Secret {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath) else {
            throw SourceProblem(file: path, message: "the secret file is missing", fix: "write the secret into it and run chmod 600 on it")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o007 == 0 else {
            throw SourceProblem(file: path, message: "the secret file can be read by everybody", fix: "chmod 600 \(path)")
        }
        let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
        guard size <= bytesMax else {
            throw SourceProblem(file: path, message: "the secret file is larger than \(bytesMax) bytes", fix: "is it the right file?")
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw SourceProblem(file: path, message: "the secret file can't be read as text", fix: "check its owner and that it is UTF-8")
        }
        let secret = text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard !secret.isEmpty else { throw SourceProblem(file: path, message: "the secret file is empty") }
        return Secret(secret)
    }
}
