// SPDX-License-Identifier: Apache-2.0
public import Essentials
internal import Foundation
internal import SalesBook
internal import WireFormats

/// Secrets that the service makes for itself at its first start, in files of the data folder (mode 0600).
public struct MadeSecrets: Sendable {
    /// Opens API and pages.
    public let apiToken: Secret
    /// What our delivery shows at the sales book's intake.
    public let bookToken: Secret
    /// Signs the sales book's messages to us.
    public let bookWebhook: Secret

    /// Reads them, making what is missing; also every `made:` secret of the configuration. Blocks on the disk.
    /// - Throws: `SecretFile.Failure` naming the file and the fix.
    public init(_ configuration: Configuration, random: some RandomSource) throws {
        let folder = configuration.dataFolder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        apiToken = try SecretFile.load(path: folder + "/api-token") { SecretFile.token(random) }
        bookToken = try SecretFile.load(path: folder + "/book-token") { SecretFile.token(random) }
        bookWebhook = try SecretFile.load(path: folder + "/book-webhook-secret") { StandardWebhookKey.makeSecret(random: random).reveal() }
        for source in configuration.sources {
            for case .made(let name) in source.secrets.values.joined() {
                _ = try SecretFile.load(path: folder + "/" + name) { StandardWebhookKey.makeSecret(random: random).reveal() }
            }
        }
    }
}
