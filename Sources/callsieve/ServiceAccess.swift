// SPDX-License-Identifier: Apache-2.0
import CallsieveService
import Essentials
import HTTPTransfer
import StrictYAML
import WireFormats

/// What commands do with a running service: one client for the time of the command.
struct ServiceAccess {
    let client: ServiceClient
    private let http: HTTPTransfer

    /// Runs `body` with a client of the service that `configuration` describes; a problem ends the program with status 1.
    static func with(_ configuration: Configuration, _ body: (ServiceClient) async throws -> Void) async {
        do {
            let token = try? SecretReference.file(configuration.dataFolder + "/api-token").read(dataFolder: configuration.dataFolder)
            let http = try HTTPTransfer()
            let client = try ServiceClient(http: http, configuration: configuration, token: token)
            try await body(client)
            await http.shutdown()
        } catch {
            writeError("\(error)")
            quit(1)
        }
    }
}

/// A member as text for a table; "-" where there is none.
func cell(_ json: JSON?) -> String { json?.scalarText ?? "-" }
