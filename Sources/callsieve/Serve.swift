// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Logging

/// `callsieve serve`: the service itself.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the service until SIGTERM or Ctrl-C.")
    @OptionGroup var common: CommonOptions

    func run() async {
        let configuration = common.load()
        let level = Logger.Level(rawValue: configuration.logLevel) ?? .info
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
        do {
            try await CallsieveServer(configuration, logger: Logger(label: "callsieve")).run()
        } catch {
            writeError("callsieve: \(error)")
            quit(1)
        }
    }
}
