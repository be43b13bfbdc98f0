internal import CRM
// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
internal import PBX
internal import RuleFiles
internal import Screening
public import StrictYAML
public import WireFormats

/// What `callsieve check` finds. Reads files, changes nothing, sends nothing.
public struct CheckReport: Sendable {
    /// What is configured, a line each.
    public private(set) var facts: [String] = []
    /// What keeps the service, or a part of it, from working.
    public private(set) var problems: [SourceProblem] = []
    /// What works, but most likely not as meant.
    public private(set) var warnings: [SourceProblem] = []

    /// Checks everything that `configuration` names. Blocks on the disk.
    public init(_ configuration: Configuration) {
        let adapters = AdapterLibrary(configuration)
        facts.append("configuration: \(configuration.file ?? "built-in defaults"), listening on \(configuration.listener.description)")
        if !configuration.listener.isLoopback {
            warn(
                configuration, "the listener is open to the network and speaks plain HTTP",
                fix: "put a proxy with TLS before it and listen on 127.0.0.1")
        }
        for source in configuration.sources { check(source, configuration, adapters) }
        for account in configuration.accounts { check(account, adapters) }
        let sets = checkRules(configuration)
        checkWords(configuration, sets)
    }

    private mutating func warn(_ configuration: Configuration, _ message: String, fix: String? = nil) {
        warnings.append(SourceProblem(file: configuration.file ?? "configuration", message: message, fix: fix))
    }

    private mutating func check(_ source: Configuration.Source, _ configuration: Configuration, _ adapters: AdapterLibrary) {
        do throws(SourceProblems) {
            // Secrets that the first start makes are not there yet.
            var source = source
            let made = source.secrets.filter { $0.value.contains { if case .made = $0 { true } else { false } } }
            let dialect = try adapters.dialect(source.dialect)
            if made.isEmpty {
                let profile = try configuration.profile(of: source, adapters: adapters)
                facts.append("source \(source.name): \(dialect.title), hook /hooks/\(source.name)\(profile.hasPathToken ? "/TOKEN" : "")")
                facts += AnswerFacts(profile).lines
            } else {
                source.secrets = [:]
                facts.append("source \(source.name): \(dialect.title), hook /hooks/\(source.name), secret made at the first start")
            }
            if source.watch {
                facts.append("source \(source.name) is in watch mode: it decides and records, answers nothing but \"let through\", pushes nothing")
            }
        } catch {
            problems += error.problems
        }
    }

    private mutating func check(_ account: Configuration.Account, _ adapters: AdapterLibrary) {
        do throws(SourceProblems) {
            let recipe = try adapters.recipe(account.recipe)
            let isBuiltIn = account.recipe == "salesbook" && account.fields["url"] == nil
            facts.append("account \(account.name): recipe \(recipe.name)" + (isBuiltIn ? ", the built-in sales book" : ""))
            guard !isBuiltIn else { return }
            let given = Set(account.fields.keys).union(account.secrets.keys)
            problems += recipe.problems(withFields: given).map { SourceProblem(file: "configuration", message: "account \"\(account.name)\": \($0)") }
        } catch {
            problems += error.problems
        }
    }

    private mutating func checkRules(_ configuration: Configuration) -> [String: RuleSet] {
        let folders = RuleFolders(root: configuration.rulesFolder)
        let names = folders.names()
        if names.isEmpty {
            problems.append(
                SourceProblem(file: configuration.rulesFolder, message: "there is no rule set in it", fix: "a set is a folder with a facts.yaml"))
        }
        var sets: [String: RuleSet] = [:]
        for name in names {
            do throws(SourceProblems) {
                let files = try Self.files(of: name, folders)
                let set = try RuleSet.load(files: files, name: name)
                do throws(SourceProblem) { _ = try CallerList(in: files, set: name) } catch { throw SourceProblems([error]) }
                sets[name] = set
                facts.append("rules \(name): \(set.hash.prefix(12)), \(set.questions.count) questions")
            } catch {
                problems += error.problems.map { problem in
                    var problem = problem
                    problem.file = "\(folders.folder(of: name))/\(problem.file)"
                    return problem
                }
            }
        }
        return sets
    }

    private static func files(of name: String, _ folders: RuleFolders) throws(SourceProblems) -> [RuleSource] {
        do { return try folders.files(of: name) } catch { throw SourceProblems([error]) }
    }

    /// Words that rules and configuration must share (DECISIONS.md, "Lines and targets").
    private mutating func checkWords(_ configuration: Configuration, _ sets: [String: RuleSet]) {
        for line in configuration.lines {
            guard let rules = line.rules, sets[rules] == nil, !sets.isEmpty else { continue }
            let fix =
                nearest(to: rules, among: Array(sets.keys)).map { "did you mean \"\($0)\"?" }
                ?? "known: \(sets.keys.sorted().joined(separator: ", "))"
            problems.append(
                SourceProblem(
                    file: configuration.file ?? "configuration", message: "line \(line.number) names rules \"\(rules)\", which are not there",
                    fix: fix))
        }
        for source in configuration.sources where !sets.isEmpty {
            let used = sets.values.reduce(into: Set<String>()) { $0.formUnion($1.targets) }
            for target in used.sorted() where configuration.targets[target]?[source.name] == nil {
                warn(
                    configuration, "the rules send calls to \"\(target)\", which has no address at source \(source.name): the word itself is sent",
                    fix: "targets: {\(target): {\(source.name): \"201\"}}")
            }
        }
    }

    public var json: JSON {
        func list(_ problems: [SourceProblem]) -> JSON {
            .array(
                problems.map { problem in
                    [
                        "file": .string(problem.file), "line": JSON(problem.line), "column": JSON(problem.column), "code": JSON(problem.code),
                        "message": .string(problem.message), "fix": JSON(problem.fix),
                    ]
                })
        }
        return ["facts": .array(facts.map { .string($0) }), "problems": list(problems), "warnings": list(warnings)]
    }
}
