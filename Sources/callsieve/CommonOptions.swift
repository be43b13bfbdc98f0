// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallsieveService
import Foundation

/// What every command that needs the configuration takes.
struct CommonOptions: ParsableArguments {
    @Option(name: .long, help: "The configuration file. Without it: ./callsieve.yaml if it is there, else built-in defaults.")
    var config: String?

    /// The configuration, or the end of the program with the problem's text and status 2.
    func load() -> Configuration {
        let path = config ?? (FileManager.default.fileExists(atPath: "callsieve.yaml") ? "callsieve.yaml" : nil)
        guard let path else { return .builtIn }
        do {
            return try Configuration.load(path: path)
        } catch {
            writeError("\(error)")
            quit(2)
        }
    }
}

/// `--json` for everything that prints data.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON instead of a table.")
    var json = false
}

/// A line on standard error.
func writeError(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}

/// Ends the program at once with this status.
func quit(_ status: Int32) -> Never { Foundation.exit(status) }
