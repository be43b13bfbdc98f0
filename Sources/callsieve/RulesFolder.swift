// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import CallModel
import CallsieveService
import RuleFiles
import Screening
import StrictYAML
import WireFormats

extension Language: ExpressibleByArgument {}
extension Moment: ExpressibleByArgument {}

/// `--language` of what is printed for people.
struct LanguageOption: ParsableArguments {
    @Option(name: .long, help: "Language of sentences and labels: en or ru.") var language: Language = .en
}

/// A folder of rules on the disk, as a command is given it.
struct RulesFolder {
    let path: String
    let files: [RuleSource]
    let name: String

    /// Reads the files, or ends the program with status 2.
    init(_ path: String, name: String? = nil) {
        self.path = path
        do throws(SourceProblems) {
            files = try RuleSet.files(in: path)
            self.name = name ?? RuleSet.name(of: path)
        } catch {
            writeError(error.description)
            quit(2)
        }
    }

    /// The set, whether or not it is fit to go live; ends the program with status 1 when it can't be read.
    func read(json: Bool) -> RuleSet { or(json) { () throws(SourceProblems) in try set() } }

    func set() throws(SourceProblems) -> RuleSet { try RuleSet.read(files: files, name: name) }

    func checkedSet() throws(SourceProblems) -> RuleSet { try RuleSet.load(files: files, name: name) }

    /// The set, fit to go live; else the problems and status 1.
    func load(json: Bool) -> RuleSet { or(json) { () throws(SourceProblems) in try checkedSet() } }

    func or<T>(_ json: Bool, _ body: () throws(SourceProblems) -> T) -> T {
        do throws(SourceProblems) {
            return try body()
        } catch {
            RulesOutput.fail(error.problems, json: json)
        }
    }

    /// For a request's body.
    var json: JSON { .array(files.map { ["path": .string($0.path), "text": .string($0.text)] }) }
}

enum RulesOutput {
    /// Prints what is wrong with files and ends the program with status 1.
    static func fail(_ problems: [SourceProblem], json: Bool) -> Never {
        if json {
            print((["problems": RuleReports.problems(problems)] as JSON).text)
        } else {
            for problem in problems { writeError(problem.description) }
        }
        quit(1)
    }
}
