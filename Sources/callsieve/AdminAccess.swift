// SPDX-License-Identifier: Apache-2.0
import CallsieveService
import WireFormats

/// Administrator's acts: through the running service where there is one, else on the store itself.
enum AdminAccess {
    static func get(_ configuration: Configuration, _ path: String, offline: (AdminActs) async throws -> JSON) async -> JSON {
        await act(configuration, "GET", path, nil, offline: offline)
    }

    static func post(_ configuration: Configuration, _ path: String, _ body: JSON, offline: (AdminActs) async throws -> JSON) async -> JSON {
        await act(configuration, "POST", path, body, offline: offline)
    }

    private static func act(
        _ configuration: Configuration, _ method: String, _ path: String, _ body: JSON?, offline: (AdminActs) async throws -> JSON
    ) async -> JSON {
        var answer = JSON.null
        var isRunning = true
        await ServiceAccess.with(configuration) { client in
            do {
                answer = try await client.api(method, "/admin" + path, body, person: "command line")
            } catch let failure as ServiceClient.Failure where failure.code == .notRunning {
                isRunning = false
            }
        }
        guard !isRunning else { return answer }
        do {
            let opened = try await OpenedStore(configuration)
            answer = try await offline(AdminActs(store: opened.store, book: opened.book))
            await opened.shutDown()
            return answer
        } catch {
            writeError("\(error)")
            quit(1)
        }
    }
}
