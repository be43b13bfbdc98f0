// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Essentials
import WebServer
import WireFormats

/// Acts on rules and their history: through the running service where there is one, else on the store itself.
enum RulesAccess {
    /// - Parameters:
    ///   - offline: the same without a service.
    static func ask(
        _ configuration: Configuration, _ method: String, _ path: String, _ body: JSON? = nil, by person: String = "command line",
        offline: (RuleConsole) async throws -> JSON
    ) async -> JSON {
        var answer = JSON.null
        var isRunning = true
        await ServiceAccess.with(configuration) { client in
            do {
                answer = try await client.api(method, path, body, person: person)
            } catch let failure as ServiceClient.Failure where failure.code == .notRunning {
                isRunning = false
            }
        }
        return isRunning ? answer : await open(configuration, offline)
    }

    private static func open(_ configuration: Configuration, _ offline: (RuleConsole) async throws -> JSON) async -> JSON {
        do {
            let opened = try await OpenedStore(configuration)
            let result: Result<JSON, any Error>
            do { result = .success(try await offline(RuleConsole(store: opened.store, time: SystemTime()))) } catch { result = .failure(error) }
            await opened.shutDown()
            return try result.get()
        } catch let problem as Problem {
            writeError(problem.detail ?? problem.title)
            quit(1)
        } catch {
            writeError("\(error)")
            quit(2)
        }
    }

    static func path(_ set: String, _ rest: String) -> String { "/rules/\(percentEncoded(set))/\(rest)" }

    /// `2026-03-01` or a whole RFC 3339 time; anything else ends the program with status 2.
    static func instant(_ text: String?, _ option: String) -> Instant? {
        guard let text else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            writeError("\(option): \"\(text)\" is no date such as 2026-03-01, and no time such as 2026-03-01T09:00:00+03:00")
            quit(2)
        }
        return instant
    }
}

/// The set that a command is about.
struct SetOption: ParsableArguments {
    @Option(name: .customLong("set"), help: "The set, by the name of its folder under rules/. Without it: the name of the folder that is given.")
    var name: String?
}

/// Who acts, and why; both go into the audit log.
struct ActOptions: ParsableArguments {
    @Option(help: "Who does it.") var by = "command line"
    @Option(help: "Why; it stays with the version and in the audit log.") var why = ""
}
