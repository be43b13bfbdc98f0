// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CallModel
import CallsieveService
import Essentials
import Foundation
import PBX
import StrictYAML
import WireFormats

/// `callsieve dialect`: how PBXs speak, and whether a file of yours reads what yours sends (docs/dialects.md).
struct Dialects: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialect", abstract: "Dialects: the languages of PBXs. List and show them, check a file, try a recorded request.",
        subcommands: [List.self, Show.self, CheckFile.self, Try.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All dialects: shipped ones and those beside the configuration.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions

        func run() {
            let configuration = common.load()
            let library = AdapterLibrary(configuration)
            var table = Table(["DIALECT", "TITLE", "ANSWERS", "SECRETS"])
            var items: [JSON] = []
            for name in library.dialectNames {
                guard let dialect = try? library.dialect(name) else {
                    table.add([name, "has mistakes: callsieve dialect check", "-", "-"])
                    continue
                }
                let facts = DialectFacts(dialect)
                table.add([name, dialect.title, facts.answers(configuration.language), dialect.secretNames.joined(separator: ", ")])
                items.append(facts.json)
            }
            if output.json { print(JSON.array(items).text) } else { table.printOut() }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What one dialect can do, and its file.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Flag(help: "Print the file itself, to copy and change it.") var file = false
        @Argument(help: "The dialect's name.") var name: String

        func run() {
            let configuration = common.load()
            let dialect = loaded(name, configuration)
            if file { return print(AdapterLibrary(configuration).dialectText(name) ?? "", terminator: "") }
            let facts = DialectFacts(dialect)
            if output.json { return print(facts.json.text) }
            for line in facts.lines(configuration.language) { print(line) }
        }
    }

    struct CheckFile: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check a dialect file; every mistake with its line and the fix.",
            discussion: "Exit status 0: all well; 1: mistakes; 2: the file can't be read.")
        @OptionGroup var common: CommonOptions
        @Argument(help: "The file.") var file: String

        func run() {
            let language = common.load().language
            let dialect = loaded(file, common.load())
            for line in DialectFacts(dialect).lines(language) { print(line) }
            print(language == .en ? "All well." : "Всё в порядке.")
        }
    }

    struct Try: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "try", abstract: "Read a recorded request from standard input: event, verdict and answer, nothing stored or sent.",
            discussion: """
                callsieve dialect try my.yaml --secret signing=key < request.http
                The request is as it came over the wire: request line, headers, an empty line, the body.
                Exit status 0: it is believed and read; 1: it is refused or can't be read; 2: wrong use.
                """)
        @OptionGroup var common: CommonOptions
        @OptionGroup var output: OutputOptions
        @Argument(help: "A dialect file, or the name of a dialect.") var file: String
        @Option(help: "A secret, NAME=VALUE; may be given several times.") var secret: [String] = []
        @Option(help: "Take secrets, zone, targets and texts of this source of the configuration.") var source: String?
        @Option(help: "The public address as the PBX sees it, where that is signed: https://host.") var baseURL: String?
        @Option(help: "When it arrived (2026-03-02T10:00:00Z or Unix seconds); default: now.") var at: String?
        @Option(help: "Answer this verb instead of asking the rules: answer, divert, menu, voicemail, reject.") var then: String?
        @Option(help: "The target of --then.") var to: String?

        func run() {
            let configuration = common.load()
            let bytes = Array(FileHandle.standardInput.readDataToEndOfFile())
            guard let request = HookRequest(recorded: bytes, arrivedAt: arrival()) else {
                writeError("standard input is no HTTP request: request line, headers, an empty line, the body")
                quit(2)
            }
            let trial = DialectTrial(
                request, profile: profile(configuration), configuration: configuration, then: then.map(verb), to: to)
            if output.json { print(trial.json.text) } else { for line in trial.lines(configuration.language) { print(line) } }
            if !trial.isRead { quit(1) }
        }

        private func arrival() -> Instant {
            guard let at else { return SystemTime().now() }
            guard let instant = Int64(at).map({ Instant(unixSeconds: $0) }) ?? DialectTrial.instant(at) else {
                writeError("\"\(at)\" is no time: write 2026-03-02T10:00:00Z or Unix seconds")
                quit(2)
            }
            return instant
        }

        private func verb(_ word: String) -> Action {
            guard let action = Action(rawValue: word), Action.allowed(at: .ring).contains(action) else {
                writeError("\"\(word)\" is no verb of ring; known: \(Action.allowed(at: .ring).map(\.rawValue).joined(separator: ", "))")
                quit(2)
            }
            return action
        }

        private func profile(_ configuration: Configuration) -> SourceProfile {
            let dialect = loaded(file, configuration)
            var secrets: [String: [Secret]] = [:]
            for pair in secret {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else {
                    writeError("--secret is NAME=VALUE")
                    quit(2)
                }
                secrets[parts[0], default: []].append(Secret(parts[1]))
            }
            do {
                return try DialectTrial.profile(dialect, secrets: secrets, source: source, base: baseURL, configuration)
            } catch {
                writeError("\(error)")
                quit(2)
            }
        }
    }
}

/// The dialect in a file, or of that name; its mistakes end the program.
private func loaded(_ nameOrFile: String, _ configuration: Configuration) -> Dialect {
    do throws(SourceProblems) {
        guard nameOrFile.contains("/") || nameOrFile.hasSuffix(".yaml") else { return try AdapterLibrary(configuration).dialect(nameOrFile) }
        guard let text = try? String(contentsOfFile: nameOrFile, encoding: .utf8) else {
            writeError("\(nameOrFile): the file can't be read")
            quit(2)
        }
        return try Dialect.load(text, file: nameOrFile)
    } catch {
        for problem in error.problems { writeError("\(problem)") }
        quit(1)
    }
}
