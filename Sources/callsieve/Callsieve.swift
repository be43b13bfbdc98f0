// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The program: one subcommand a file. Exit status 0: all well; 1: problems were found; 2: wrong use.
@main
struct Callsieve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callsieve",
        abstract: "Stands between a telephone system and a CRM: recognises callers, briefs, decides by your rules, delivers leads.",
        version: "callsieve 0.1.0",
        subcommands: [
            Serve.self, Check.self, Play.self, Rules.self, Leads.self, Sources.self, Dialects.self, Outbox.self, Audit.self, Doctor.self,
            Backup.self, Forget.self,
        ])

    /// ArgumentParser ends wrong use with 64 (EX_USAGE); the product's commands promise 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let status = exitCode(for: error)
            guard status == .validationFailure else { exit(withError: error) }
            let text = fullMessage(for: error)
            writeError(text)
            quit(2)
        }
    }
}
