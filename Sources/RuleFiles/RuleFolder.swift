// SPDX-License-Identifier: Apache-2.0
public import CallModel
public import Decisions
public import StrictYAML

/// A folder of rules, read and checked: what it declares, with the place of everything, and the same as tables to compile.
public struct RuleFolder: Sendable {
    public let name: String
    /// `zone:` of the files; `nil`: none names one.
    public let zone: String?
    /// Declared facts in the order of facts.yaml, then the service's own, then those that tables give.
    public let facts: [FactDeclaration]
    public let lists: [ListDeclaration]
    /// In the order of files and within them.
    public let tables: [TableDeclaration]
    public let examples: [ExampleDeclaration]
    public let promises: [PromiseDeclaration]
    /// Indices of the deciding tables of each moment, in the order in which they are asked.
    public let chains: [Moment: [Int]]
    /// Indices of the giving tables, each after those that it uses.
    public let giving: [Int]
    public let lexicon: Lexicon
    /// `tables` for compiling; cells refer to `memberships` by index.
    public let compiled: [Table]
    public let memberships: [Membership]

    public func factIndex(of name: String) -> Int? { indices[name] ?? indices[folded(name)] }
    private let indices: [String: Int]

    /// Reads the files of a folder.
    /// - Parameter files: paths relative to the folder; those that are neither YAML nor CSV are ignored.
    /// - Throws: everything that is wrong, in the order of files and lines; nothing is kept then.
    public static func read(_ files: [RuleSource], name: String) throws(SourceProblems) -> RuleFolder {
        var reader = FolderReader(files)
        reader.read()
        let checks = FolderChecks(book: reader.book, tables: reader.tables, findings: reader.findings)
        let chains = checks.chains()
        let giving = checks.givingOrder()
        checks.names(examples: reader.examples, promises: reader.promises)
        guard reader.findings.problems.isEmpty else {
            throw SourceProblems(reader.findings.problems.sorted { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) })
        }
        return RuleFolder(name: name, reader: reader, chains: chains, giving: giving)
    }

    private init(name: String, reader: FolderReader, chains: [Moment: [Int]], giving: [Int]) {
        self.name = name
        zone = reader.zone
        facts = reader.book.facts
        lists = reader.book.lists
        tables = reader.tables
        examples = reader.examples
        promises = reader.promises
        self.chains = chains
        self.giving = giving
        var maker = TableMaker(facts: facts, lists: lists)
        compiled = tables.map { maker.table($0) }
        lexicon = maker.lexicon
        memberships = maker.memberships
        self.maker = maker
        var indices: [String: Int] = [:]
        for (index, fact) in facts.enumerated() {
            indices[fact.name] = index
            indices[folded(fact.name)] = index
        }
        self.indices = indices
    }

    /// Names of the lists, by index into `memberships`.
    public var listNames: [String] { maker.listNames }

    /// A cell as the compiled tables have it: its lists by index into `memberships`.
    public func resolved(_ cell: CellDeclaration) -> Cell { maker.resolved(cell) }
    private let maker: TableMaker

    /// The facts as tables know them.
    public var factsForTables: [Fact] {
        facts.map { Fact(name: $0.name, domain: $0.domain, isAskable: $0.ask != nil) }
    }
}
