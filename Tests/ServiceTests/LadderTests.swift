// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Holds every target's imports, and the manifest, to the ladder: a target imports only targets below it.
@Suite struct LadderTests {
    /// Lowest first; targets of one row do not know each other.
    static let ladder: [[String]] = [
        ["CCurl", "CPhoneNumber"],
        ["Essentials"],
        ["WireFormats", "StrictYAML"],
        ["CallModel"],
        ["Decisions"],
        ["RuleFiles"],
        ["PBX", "CRM"],
        ["Screening"],
        ["HTTPTransfer"],
        ["SQLEngine"],
        ["SQLiteDriver"],
        ["Store"],
        ["SalesBook"],
        ["Delivery", "Intake"],
        ["Console"],
        ["WebServer"],
        ["CallsieveService"],
        ["callsieve"],
    ]

    /// Targets from here down take no clock, disk, network or randomness; Foundation is kept to the named exceptions.
    static let domainIgnorantOfTelephony = ["Decisions", "RuleFiles", "SQLEngine", "SQLiteDriver", "HTTPTransfer"]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func rank(_ target: String) -> Int? { ladder.firstIndex { $0.contains(target) } }

    static func imports(of target: String) throws -> [(file: String, module: String)] {
        let folder = root.appending(path: "Sources/\(target)")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return try files.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").filter { !$0.hasPrefix("@") && !["public", "internal", "package", "private", "fileprivate"].contains($0) }
                guard words.first == "import", let module = words.last else { return nil }
                return (file.lastPathComponent, String(module.split(separator: ".")[0]))
            }
        }
    }

    @Test(arguments: ladder.flatMap { $0 })
    func aTargetImportsOnlyTargetsBelowIt(target: String) throws {
        let own = try #require(Self.rank(target))
        for (file, module) in try Self.imports(of: target) {
            guard let other = Self.rank(module) else { continue }
            #expect(other < own, "\(target)/\(file) imports \(module), which is not below it")
        }
    }

    @Test func everyTargetStandsOnTheLadder() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        #expect(Set(folders) == Set(Self.ladder.flatMap { $0 }))
    }

    @Test func theRulesEngineKnowsNothingOfTelephony() throws {
        for target in Self.domainIgnorantOfTelephony {
            for (file, module) in try Self.imports(of: target) {
                #expect(!["CallModel", "PBX", "CRM"].contains(module) || target == "RuleFiles", "\(target)/\(file) imports \(module)")
            }
        }
    }

    /// An import must be declared by the target itself, not reached through another one's dependency.
    @Test func everyImportIsDeclaredInTheManifest() throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        for target in Self.ladder.flatMap({ $0 }) {
            guard let start = manifest.range(of: "\"\(target)\"")?.upperBound, !["CCurl", "CPhoneNumber"].contains(target) else { continue }
            _ = start
            let declared = try #require(Self.declaration(of: target, in: manifest), "no declaration of \(target)")
            for (file, module) in try Self.imports(of: target) where Self.rank(module) != nil {
                #expect(declared.contains("\"\(module)\""), "\(target)/\(file) imports \(module), which its dependencies do not name")
            }
        }
    }

    /// The text of the call that declares a target, up to its closing parenthesis.
    static func declaration(of target: String, in manifest: String) -> String? {
        let patterns = ["library(\"\(target)\"", "library(\n            \"\(target)\"", "name: \"\(target)\",\n            dependencies"]
        guard let start = patterns.compactMap({ manifest.range(of: $0)?.lowerBound }).first else { return nil }
        var depth = 0
        var text = ""
        for character in manifest[start...] {
            text.append(character)
            if character == "(" { depth += 1 }
            if character == ")" {
                depth -= 1
                if depth <= 0 { break }
            }
        }
        return text
    }
}
