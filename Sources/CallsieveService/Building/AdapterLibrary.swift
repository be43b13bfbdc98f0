// SPDX-License-Identifier: Apache-2.0
public import CRM
internal import Foundation
public import PBX
public import StrictYAML

/// Dialects and recipes: those inside the program, and files of the configuration folder that add to them or replace them.
///
/// `dialects/<name>.yaml` and `recipes/<name>.yaml` beside `callsieve.yaml`.
public struct AdapterLibrary: Sendable {
    private let folder: String?

    /// - Parameter configuration: gives the folder; without a file only what is shipped is known.
    public init(_ configuration: Configuration) {
        folder = configuration.file.map { file in
            let folder = (file as NSString).deletingLastPathComponent
            return folder.isEmpty ? "." : folder
        }
    }

    /// Names of all dialects, sorted.
    public var dialectNames: [String] { names(in: "dialects", shipped: Array(Dialect.shipped.keys)) }
    /// Names of all recipes, sorted.
    public var recipeNames: [String] { names(in: "recipes", shipped: Array(Recipe.shipped.keys)) }

    /// The dialect of that name, checked. Blocks on the disk.
    /// - Throws: all that is wrong with its file, or that there is none.
    public func dialect(_ name: String) throws(SourceProblems) -> Dialect {
        if let (text, file) = own(name, in: "dialects") { return try Dialect.load(text, file: file) }
        guard let text = Dialect.shipped[name] else { throw unknown("dialect", name, known: dialectNames) }
        return try Dialect.load(text, file: "\(name).yaml")
    }

    /// The text of a dialect; `nil` when there is none of that name. Blocks on the disk.
    public func dialectText(_ name: String) -> String? { own(name, in: "dialects")?.text ?? Dialect.shipped[name] }

    /// The recipe of that name, checked. Blocks on the disk.
    /// - Throws: all that is wrong with its file, or that there is none.
    public func recipe(_ name: String) throws(SourceProblems) -> Recipe {
        if let (text, file) = own(name, in: "recipes") { return try Recipe.load(text, file: file) }
        guard let recipe = Recipe.shipped(name) else { throw unknown("recipe", name, known: recipeNames) }
        return recipe
    }

    private func names(in kind: String, shipped: [String]) -> [String] {
        let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(atPath: "\($0)/\(kind)") } ?? []
        return Set(shipped + files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }).sorted()
    }

    private func own(_ name: String, in kind: String) -> (text: String, file: String)? {
        guard let folder, !name.contains("/") else { return nil }
        let path = "\(folder)/\(kind)/\(name).yaml"
        return (try? String(contentsOfFile: path, encoding: .utf8)).map { ($0, path) }
    }

    private func unknown(_ kind: String, _ name: String, known: [String]) -> SourceProblems {
        let fix = nearest(to: name, among: known).map { "did you mean \"\($0)\"?" } ?? "known: \(known.joined(separator: ", "))"
        return SourceProblems([SourceProblem(file: "configuration", message: "there is no \(kind) \"\(name)\"", fix: fix)])
    }
}
